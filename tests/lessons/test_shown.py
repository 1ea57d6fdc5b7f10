"""A Story and a Figure in a notebook and in files."""

import base64
import json
import re
import xml.etree.ElementTree as ET

import pytest

from weightkit.charts import export
from weightkit.lessons import variance_sweep
from weightkit.lessons.story import Story, Verdict


@pytest.fixture(scope="module")
def story():
    config = variance_sweep.Config(epochs=1, n_stds=2, n_seeds=1)
    return variance_sweep.tell(config, variance_sweep.run(config))


def test_a_story_shows_its_words_and_a_picture_of_each_figure(story):
    bundle = story._repr_mimebundle_()
    html, text = bundle["text/html"], bundle["text/plain"]
    pictures = re.findall(r'alt="([^"]+)" src="data:image/svg\+xml;base64,([^"]+)"', html)
    assert len(pictures) == len(story.figures) > 0
    for (_, data), figure in zip(pictures, story.figures, strict=True):
        svg = ET.fromstring(base64.b64decode(data))
        assert svg.findtext("{http://www.w3.org/2000/svg}title") == figure.alt
        assert figure.name in text
    for sentence in story.shows:
        assert sentence in text
    assert html.count("<p>") >= len(story.shows) + len(story.figures)
    assert "<script" not in html and not re.search(r'(?:src|href)="http', html)


def test_words_are_text_but_for_their_marks():
    told = Story(Verdict(2.0, "since *it* & <i>"), (), ("**Is `a < b`?** Yes.",), ("“No”",))
    html = told._repr_html_()
    assert "<p><strong>2</strong> since <em>it</em> &amp; &lt;i&gt;</p>" in html
    assert "<strong>Is <code>a &lt; b</code>?</strong> Yes." in html and "<li>“No”</li>" in html


def test_without_the_engine_the_words_stay(story, monkeypatch):
    def broken(jobs):
        raise export.ExportError("no <engine>")

    monkeypatch.setattr("weightkit.charts.export.files.convert", broken)
    html = story._repr_html_()
    assert "no &lt;engine&gt;" in html and "<img" not in html
    assert html.count("<li>") >= len(story.figures)


def test_a_figure_is_saved_by_its_suffix(story, tmp_path, monkeypatch):
    """As the exports draw it, which have tests of their own with the engine."""
    files = "weightkit.charts.export.files"
    monkeypatch.setattr(f"{files}.library", lambda: "script")
    monkeypatch.setattr(
        f"{files}.convert", lambda jobs: [base64.b64encode(json.dumps(jobs).encode()).decode()]
    )
    figure = story.figures[0]
    for suffix in ("PNG", "svg", "html", "json"):
        figure.save(tmp_path / f"x.{suffix}")
    figure.save(str(tmp_path / "y.json"))
    assert (tmp_path / "x.PNG").read_bytes() == export.png(figure)
    assert (tmp_path / "x.svg").read_text("utf-8") == export.svg(figure)
    assert (tmp_path / "x.html").read_text("utf-8") == export.html(figure, {}, "")
    assert json.loads((tmp_path / "y.json").read_text("utf-8")) == export.picture(figure)


@pytest.mark.parametrize("name", ["x.pdf", "x", ".png", "x.png.txt"])
def test_another_suffix_is_refused_before_anything_is_written(story, tmp_path, name):
    with pytest.raises(ValueError, match=r"\.png, \.svg, \.html, \.json"):
        story.figures[0].save(tmp_path / name)
    assert not list(tmp_path.iterdir())
