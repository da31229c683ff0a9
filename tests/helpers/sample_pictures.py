"""Maps and charts to draw: the whole of Jakarta Utara, and marks here and there."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache

from bot.domain.map_base import MapBase
from bot.geo.areas import AreaIndex
from bot.output.pictures import Bar, ChartPicture, MapPicture, MapWords, Mark

DEPTHS = ((0, "di bawah 20 cm"), (20, "20–39 cm"), (40, "40–69 cm"), (70, "70–119 cm"), (120, "120 cm ke atas"))
SUNTER = (-6.1420, 106.8700)
BOULEVARD_BARAT = (-6.1560, 106.8990)
PULAU_PRAMUKA = (-5.7447, 106.6150)
CIBUBUR = (-6.3600, 106.8800)


@cache
def index(*service_area: str) -> AreaIndex:
    """The areas of Jakarta Utara, or of what is named."""
    return AreaIndex.from_reference_points(service_area or ("31.72",))


def words(empty: str = "Tidak ada genangan", outside: str | None = None) -> MapWords:
    """Words as the catalogs have them."""
    return MapWords(
        title="Genangan Jakarta Utara",
        subtitle="Selasa, 21 Februari 2017, 06.00 WIB · 12 titik masih tergenang, 2 lewat tenggat",
        depths=DEPTHS,
        unknown="tinggi belum diketahui",
        overdue="lewat tenggat",
        receded="sudah surut",
        drain="saluran bermasalah",
        reporters="1, 5, 20 pelapor",
        source="Laporan warga lewat Genangan. Batas kelurahan perkiraan.",
        empty=empty,
        sea="Laut Jawa",
        outside=outside,
    )


def map_of(marks: Sequence[Mark], base: MapBase | None = None, outside: str | None = None) -> MapPicture:
    """A map of Jakarta Utara with these marks."""
    return MapPicture(base or index().map_base(), marks, words(outside=outside))


def many(count: int, labels: int = 0, seed: int = 5) -> list[Mark]:
    """Marks all over Jakarta Utara, of all kinds."""
    chance = random.Random(seed)
    areas = index().all_served()
    marks: list[Mark] = []
    while len(marks) < count:
        lat, lon = index().centre(chance.choice(areas).code)
        number = len(marks) + 1
        marks.append(
            Mark(
                lat + chance.gauss(0, 0.004),
                lon + chance.gauss(0, 0.004),
                chance.choice([None, 10, 30, 50, 90, 120]),
                min(40, int(chance.paretovariate(1))),
                overdue=chance.random() < 0.2,
                receded=chance.random() < 0.2,
                label=number if number <= labels else None,
                drain=chance.random() < 0.1,
            )
        )
    return marks


def one_street(count: int) -> list[Mark]:
    """Numbered marks 30 m apart."""
    lat, lon = BOULEVARD_BARAT
    return [Mark(lat + 0.00027 * i, lon + 0.0001 * i, 30, 1 + i % 4, label=i + 1) for i in range(count)]


def week(rain: bool = True) -> ChartPicture:
    """Seven days."""
    counts = [(2, 1, 0, 0, 0, 1), (0,) * 6, (5, 9, 4, 1, 0, 3), (12, 22, 15, 6, 2, 8), (20, 31, 24, 9, 4, 12)]
    counts += [(3, 6, 4, 1, 0, 2), (1, 2, 0, 0, 0, 1)]
    said = ("ringan", None, "sedang", "lebat", "sangat lebat", "ringan", "tidak hujan")
    names = ("Sen 13", "Sel 14", "Rab 15", "Kam 16", "Jum 17", "Sab 18", "Min 19")
    return ChartPicture(
        title="Genangan Jakarta Utara, pekan ini",
        subtitle="13–19 Februari 2017",
        axis="titik baru per hari",
        classes=[*(text for _, text in DEPTHS), "tinggi belum diketahui"],
        bars=[Bar(name, each, hint if rain else None) for name, each, hint in zip(names, counts, said, strict=True)],
        source="Laporan warga lewat Genangan. Hujan: BMKG.",
    )
