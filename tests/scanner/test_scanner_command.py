"""The command line, the bench, and the labels that the demo draws."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.__main__ import main
from scanner.decode import decode_photo
from scanner.labels import render_label, render_shelf, to_jpeg, to_png
from scanner.meaning import check_digit

SOY_SAUCE, BOOK, TEA = "6921168509256", "9787115279460", "6901234567892"


def lines(output: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in output.splitlines()]


def test_decode_prints_one_json_line_per_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photo = tmp_path / "货架.jpg"
    photo.write_bytes(to_jpeg(render_shelf([SOY_SAUCE, ("货架甲", "QR Code")])))
    assert main(["decode", str(photo)]) == 0
    first, second = lines(capsys.readouterr().out)
    assert (first["file"], first["text"], first["gtin"]) == (str(photo), SOY_SAUCE, "06921168509256")
    assert (second["text"], second["symbology"], second["gtin"]) == ("货架甲", "QR Code", None)
    assert first.keys() == {
        *("file", "text", "symbology", "position", "gtin"),
        *("verdict", "reason", "engine", "stage", "ms"),
    }


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_still_decoded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = to_jpeg(render_shelf([SOY_SAUCE]))
    tmp_path.joinpath("half.jpg").write_bytes(whole[: len(whole) // 2])
    tmp_path.joinpath("good.jpg").write_bytes(whole)
    names = [str(tmp_path / name) for name in ("missing.jpg", "half.jpg", "good.jpg")]
    assert main(["decode", *names]) == 1
    missing, half, good = lines(capsys.readouterr().out)
    assert (missing["error"], half["error"]) == ("file_unreadable", "picture_damaged")
    assert good["text"] == SOY_SAUCE


def test_a_photo_without_codes_is_one_line_with_no_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photo = tmp_path / "codabar.png"
    photo.write_bytes(to_png(render_label("A12345B", "Codabar")))
    assert main(["decode", str(photo)]) == 0
    assert lines(capsys.readouterr().out)[0]["text"] is None
    assert main(["decode", "--enable", "Codabar", str(photo)]) == 0
    assert lines(capsys.readouterr().out)[0]["text"] == "A12345B"


def test_the_module_runs_as_a_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scanner", "decode", "no-such-file.jpg"],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert (done.returncode, lines(done.stdout)[0]["error"]) == (1, "file_unreadable")


def test_the_bench_counts_right_wrong_and_missed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pictures = [
        ("right.png", "EAN-13", SOY_SAUCE, "", render_shelf([SOY_SAUCE])),
        ("also.png", "EAN-13", SOY_SAUCE, json.dumps([TEA]), render_shelf([SOY_SAUCE, TEA])),
        ("stray.png", "EAN-13", SOY_SAUCE, "", render_shelf([SOY_SAUCE, BOOK])),
        ("escaped.png", "DataMatrix", "10A\\x1d11260101", "", render_label("(10)A(11)260101", "Data Matrix")),
        ("nothing.png", "NONE", "NONE", "", render_shelf([("A12345B", "Codabar")])),
        ("missed.png", "Codabar", "A12345B", "", render_shelf([("A12345B", "Codabar")])),
    ]
    manifest = tmp_path / "manifest.csv"
    with manifest.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["path", "set", "expected_format", "expected_text", "also_present"])
        for name, kind, text, also, picture in pictures:
            tmp_path.joinpath(name).write_bytes(to_png(picture))
            rows.writerow([name, "shelf", kind, text, also])
    result = tmp_path / "result.json"
    assert main(["bench", str(manifest), "--json", str(result)]) == 0
    outcomes = {o["path"]: o for o in json.loads(result.read_text("utf-8"))}
    assert [n for n, o in outcomes.items() if o["accepted_right"]] == [p[0] for p in pictures[:4]]
    assert [n for n, o in outcomes.items() if o["accepted_wrong"]] == ["stray.png"]
    assert outcomes["stray.png"]["stray"] == [BOOK]
    assert [n for n, o in outcomes.items() if o["missed"]] == ["missed.png"]
    table = capsys.readouterr().out.splitlines()
    assert table[1].split()[:7] == ["shelf", "6", "4", "1", "0", "0", "1"]


def test_a_label_is_as_high_as_asked_and_has_its_quiet_zone() -> None:
    label = render_label(SOY_SAUCE, height_px=90, module_px=2)
    assert label.shape[0] == 90 + 16
    assert label[:, : 9 * 2].min() == 255
    assert label[:, -9 * 2 :].min() == 255
    assert label.min() == 0


def test_the_same_seed_draws_the_same_shelf() -> None:
    assert (render_shelf([TEA], seed=3) == render_shelf([TEA], seed=3)).all()
    assert (render_shelf([TEA], seed=3) != render_shelf([TEA], seed=4)).any()


def test_a_code_with_a_wrong_check_digit_cannot_be_drawn() -> None:
    with pytest.raises(ValueError, match=r"(?i)check"):
        render_label("6921168509255")


def test_a_shelf_without_codes_cannot_be_drawn() -> None:
    with pytest.raises(ValueError, match="at least one"):
        render_shelf([])


def test_a_shelf_of_twelve_cards_is_read_completely() -> None:
    payloads = [f"69000000{i:04}" for i in range(12)]
    codes = [f"{p}{check_digit(p)}" for p in payloads]
    assert [r.text for r in decode_photo(to_jpeg(render_shelf(codes, columns=4)))] == codes
