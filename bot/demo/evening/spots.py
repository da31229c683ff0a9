"""Where water stands that evening: real places that are known for it; the points are approximate."""

from __future__ import annotations

from bot.demo.residents import Spot

SAHARI = Spot("Jl. Gunung Sahari, depan Lantamal", -6.1310, 106.8325)
GAYA_MOTOR = Spot("Jl. Gaya Motor 2", -6.1330, 106.8840)
YOS_SUDARSO = Spot("Jl. Yos Sudarso Raya", -6.1283, 106.8915)
BOULEVARD = Spot("Jl. Boulevard Barat", -6.1545, 106.8965)
MUARA_BARU = Spot("Jl. Muara Baru", -6.1130, 106.8010)
SEPATAN = Spot("Jl. Kampung Sepatan", -6.1450, 106.9560)
CAKUNG_CILINCING = Spot("Jl. Cakung Cilincing Raya", -6.1440, 106.9250)
LESTARI = Spot("Jl. Lestari 8 RT 02/10", -6.1480, 106.9290)
MANGGA = Spot("Jl. Mangga", -6.1215, 106.9110)
MARTADINATA = Spot("Jl. RE Martadinata, dekat JIS", -6.1235, 106.8640)
WARAKAS = Spot("Jl. Warakas 6", -6.1220, 106.8770)
PULO_GADUNG = Spot("Terminal Pulo Gadung", -6.1870, 106.9050)
BEKASI = Spot("Stasiun Bekasi", -6.2380, 106.9990)
