"""Who is let in at the desk, and what its pages may do."""

import http.client
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from autograder.authoring.written import Item
from autograder.course.layout import find_course
from autograder.desk.app import desk_app
from autograder.desk.desk import Desk
from autograder.desk.questions import Question
from autograder.desk.whole import Whole
from autograder.gradebook import Author, Gradebook, open_gradebook
from autograder.lab.lab import read_lab
from tests.desk.conftest import OpenDesk
from tests.gradebook.made import ADA, answer

TOKEN = "t0k3n"
ITEMS = (Item("says why", 4), Item("says $x$", 3.5))
QUESTION = Question("1.1", "Why", 7.5, "Why?", "Because.", ITEMS, None)


@pytest.fixture
def book(tmp_path) -> Iterator[Gradebook]:  # type: ignore[no-untyped-def]
    book = open_gradebook(f"sqlite:///{tmp_path / 'book.sqlite'}")
    book.collect([answer(), answer("noor", "It is quite another thing.")])
    yield book
    book.close()


@pytest.fixture
def client(book: Gradebook, tmp_path: Path) -> TestClient:
    desk = Desk(book, "paper", "A paper", [QUESTION], Author("ann", "a"), lambda: None)
    return TestClient(
        desk_app(desk, TOKEN, Whole(read_lab(find_course().assignment("protonet")), tmp_path)),
        base_url="http://127.0.0.1:8000",
    )


@pytest.fixture
def ada(client: TestClient) -> str:
    """The address of Ada's answer."""
    pages = (client.get(f"/{TOKEN}/task/1.1"),)
    links = re.findall(r'id="map-\d+" href="([^"]+)"', pages[0].text)
    return next(link for link in links if "Because it is so." in client.get(link).text)


def test_the_page_is_there_and_strict(client: TestClient) -> None:
    page = client.get(f"/{TOKEN}/")
    assert page.status_code == 200
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["referrer-policy"] == "same-origin"
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "style=" not in page.text.split("</head>")[1]
    assert not re.findall(r"(?:src|href)=\"(?!/t0k3n/|#|data:)", page.text)


@pytest.mark.parametrize(
    "host",
    ["stranger.example", "127.0.0.1.stranger.example", "localhost.stranger.example:8000", "127.0.0.2", "",
     "127.0.0.1:8000@stranger.example", "[::1]:8000", "0.0.0.0:8000"],
)  # fmt: skip
def test_other_hosts_are_refused(client: TestClient, host: str) -> None:
    for address in (f"/{TOKEN}/", f"/{TOKEN}/static/desk.js"):
        assert client.get(address, headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:9", "localhost:8000"])
def test_this_machines_own_names_are_not(client: TestClient, host: str) -> None:
    assert client.get(f"/{TOKEN}/", headers={"host": host}, follow_redirects=False).status_code == 307


@pytest.mark.parametrize("path", ["/", "/task/1.1", "/t0k3/", "/t0k3nn/", "/static/desk.js", "//t0k3n/"])
def test_without_the_token_there_is_nothing(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://stranger.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_changes_from_elsewhere_are_refused(
    client: TestClient, book: Gradebook, ada: str, headers: dict[str, str]
) -> None:
    form = {"number": "1", "given": "1", "version": "0"}
    assert client.post(f"{ada}/item", data=form, headers=headers).status_code == 403
    assert not book.marks("paper")
    own = {"origin": "http://127.0.0.1:8000", "sec-fetch-site": "same-origin"}
    assert client.post(f"{ada}/item", data=form, headers=own).status_code == 200
    assert book.marks("paper")[ADA].mark.points == 4


@pytest.mark.parametrize(
    ("what", "form"),
    [
        ("item", {"number": "3", "given": "1", "version": "0"}),
        ("item", {"number": "-1", "given": "1", "version": "0"}),
        ("item", {"number": "1", "given": "1", "version": "x"}),
        ("item", {"number": "1", "given": "1"}),
        ("points", {"points": "8", "version": "0"}),
        ("points", {"points": "-1", "version": "0"}),
        ("points", {"points": "nan", "version": "0"}),
        ("points", {"points": "1_0", "version": "0"}),
        ("points", {"points": "\N{ARABIC-INDIC DIGIT FOUR}", "version": "0"}),
        ("points", {"points": "a lot", "version": "0"}),
        ("comment", {"comment": "x" * 30_000, "version": "0"}),
        ("explode", {"version": "0"}),
    ],
)
def test_what_the_pages_never_send_changes_nothing(
    client: TestClient, book: Gradebook, ada: str, what: str, form: dict[str, str]
) -> None:
    said = client.post(f"{ada}/{what}", data=form)
    assert said.status_code == 422
    assert said.text.strip().endswith(".")
    assert not book.marks("paper")


def test_a_comment_is_text_that_every_database_takes(client: TestClient, book: Gradebook, ada: str) -> None:
    form = {"comment": "a\0b", "version": "0"}
    assert client.post(f"{ada}/comment", data=form).status_code == 200
    assert book.marks("paper")[ADA].mark.comment == "a\ufffdb"


def test_a_key_says_which_way_to_flag(client: TestClient, book: Gradebook, ada: str) -> None:
    for _ in range(2):  # sent again by a browser, say: not undone by it
        client.post(f"{ada}/flag", data={"flagged": "1", "version": "0"})
        assert book.marks("paper")[ADA].mark.flagged
    client.post(f"{ada}/flag", data={"flagged": "0", "version": "1"})
    assert not book.marks("paper")[ADA].mark.flagged


def test_no_path_leads_out_of_the_static_files(open_desk: OpenDesk) -> None:
    """Paths as they are sent: a client library would tidy them up before."""
    desk = open_desk()
    static = f"{desk.url[desk.url.index('/', 8) :]}static/"
    ways = [
        "../app.py",
        "%2e%2e/app.py",
        "..%2fapp.py",
        "%2e%2e%2fapp.py",
        "/etc/passwd",
        "..\\app.py",
        "%00",
    ]
    found = {}
    for way in ["desk.js", *ways]:
        connection = http.client.HTTPConnection("127.0.0.1", desk.port, timeout=30)
        connection.putrequest("GET", static + way)
        connection.endheaders()
        found[way] = connection.getresponse().status
        connection.close()
    assert found == {"desk.js": 200} | dict.fromkeys(ways, 404)


def test_a_body_has_a_limit(client: TestClient, ada: str) -> None:
    assert client.post(f"{ada}/comment", content=b"x" * (2**20 + 1)).status_code == 413


def test_what_is_not_there_is_said(client: TestClient) -> None:
    assert client.get(f"/{TOKEN}/task/9.9").status_code == 404
    assert client.get(f"/{TOKEN}/task/1.1/0123456789ab").status_code == 404
    assert client.get(f"/{TOKEN}/static/../app.py").status_code == 404


def test_a_name_is_in_no_page_until_it_is_asked_for(client: TestClient, ada: str) -> None:
    assert "ada" not in re.sub(r"\b(data|shadow|adapt)\w*", "", client.get(ada).text)
    client.post(f"{ada}/names", content=b"")
    assert '<p class="name">ada</p>' in client.get(ada).text


def test_an_answer_that_changed_after_its_points_says_so(
    client: TestClient, book: Gradebook, ada: str
) -> None:
    client.post(f"{ada}/item", data={"number": "1", "given": "1", "version": "0"})
    book.collect([answer(text="Because it is so. And another thing.")])
    assert "has changed since it got its points" in client.get(ada).text
    client.post(f"{ada}/points", data={"points": "4", "version": "1"})
    assert "has changed since it got its points" not in client.get(ada).text


def test_only_this_machine_can_connect(open_desk: OpenDesk) -> None:
    desk = open_desk()
    connection = http.client.HTTPConnection("127.0.0.1", desk.port, timeout=30)
    connection.request("GET", desk.url[desk.url.index("/", 8) :], headers={"Host": "stranger.example"})
    assert connection.getresponse().status == 421
    connection.close()
    outside = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    outside.settimeout(5)
    with pytest.raises(OSError):  # noqa: PT011 - refused or unreachable: another of this machine's addresses
        outside.connect(("127.0.0.2", desk.port))
    outside.close()
