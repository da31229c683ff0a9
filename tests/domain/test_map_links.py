from urllib.parse import parse_qs, urlsplit

from bot.domain.map_links import place_url, route_url


def test_a_place_is_told_to_the_decimetre() -> None:
    assert place_url(-6.1347201, 106.9) == "https://www.google.com/maps?q=-6.134720,106.900000"


def test_a_route_ends_at_the_last_place_and_passes_the_others_in_order() -> None:
    url = urlsplit(route_url([(-6.1, 106.9), (-6.2, 106.8), (-6.3, 106.7)]))
    assert (url.netloc, url.path) == ("www.google.com", "/maps/dir/")
    assert parse_qs(url.query) == {
        "api": ["1"],
        "destination": ["-6.300000,106.700000"],
        "waypoints": ["-6.100000,106.900000|-6.200000,106.800000"],
    }
