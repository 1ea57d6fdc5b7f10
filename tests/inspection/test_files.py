"""A .safetensors file: read as its own library reads it, without a copy; anything else is refused
in a sentence.
"""

import json
import math
import pickle
import struct
import zipfile

import pandas as pd
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from safetensors.torch import load, save, save_file
from small_networks import Transformer, drawn, resnet
from torch import nn

from weightkit import inspect, inspect_file
from weightkit.inspection import files, guesses, parameters
from weightkit.inspection.files import BadFile, OtherFormat


def packed(header, numbers=b""):
    """A file with this header, a text or what JSON makes of anything else."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + numbers


def entry(dtype="F32", shape=(2, 3), start=0, end=24):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [start, end]}


@pytest.mark.parametrize("called", sorted(files.DTYPES))
def test_every_dtype_is_read_as_the_library_reads_it(called):
    dtype = getattr(torch, files.DTYPES[called])
    size = 6 * dtype.itemsize
    numbers = bytes(i % 2 if called == "BOOL" else (7 * i + 1) % 128 for i in range(size + 3))
    data = packed(
        {"odd": entry("U8", (3,), 0, 3), "w": entry(called, (2, 3), 3, 3 + size)}, numbers
    )
    found, known = files.read(data), load(data)
    assert list(found) == ["odd", "w"] and found["w"].dtype == known["w"].dtype == dtype
    assert not found["w"].data_ptr() % dtype.itemsize, "where every processor may read it"
    for name, tensor in known.items():
        assert found[name].shape == tensor.shape
        assert torch.equal(found[name].view(torch.uint8), tensor.view(torch.uint8))
    whole = inspect_file(data)
    assert whole.compare(whole).facts.frozen == ("odd", "w")


def test_no_number_is_copied_and_none_is_changed(tmp_path):
    tensors = drawn(resnet()).state_dict()
    data = save(tensors)
    found = files.read(data)
    assert found["0.weight"].data_ptr() == files.read(data)["0.weight"].data_ptr(), (
        "views of the same bytes"
    )
    save_file(tensors, tmp_path / "model.safetensors")
    one, other = inspect_file(data), inspect_file(str(tmp_path / "model.safetensors"))
    pd.testing.assert_frame_equal(one.parameters, other.parameters, check_exact=True)
    assert data == save(tensors)


def test_ten_thousand_tensors_are_read():
    one = torch.ones(1)
    assert (
        len(files.read(save({f"layers.{i}.scale": one.clone() for i in range(10_000)}))) == 10_000
    )


@pytest.mark.parametrize("network", [resnet, Transformer])
def test_a_module_and_its_file_show_the_same_where_their_fans_agree(network):
    module = drawn(network())
    of_module, of_file = inspect(module), inspect_file(save(_once(module.state_dict())))
    one, other = (f.parameters.set_index("parameter") for f in (of_module, of_file))
    assert set(one.index) == set(other.index), "running statistics are no weights"
    same = [c for c in parameters.COLUMNS[1:] if c not in ("kind", "requires_grad", "shared_with")]
    agree = one.index[(one["known"] == other.loc[one.index, "known"])]
    assert len(agree) > 0.8 * len(one)
    pd.testing.assert_frame_equal(one.loc[agree, same], other.loc[agree, same])
    for figure, alike in zip(of_module.figures, of_file.figures, strict=True):
        assert (figure.title, figure.name) == (alike.title, alike.name)
        pd.testing.assert_frame_equal(
            figure.data.sort_values(list(figure.data.columns[:2])).reset_index(drop=True),
            alike.data.sort_values(list(alike.data.columns[:2])).reset_index(drop=True),
        )
    assert of_file.facts.statistics == sum(
        guesses.STATISTICS.search(n) is not None for n in module.state_dict()
    )


def _once(state):
    """A state_dict without the second names of shared memory, which a file does not have."""
    kept = {}
    for name, tensor in state.items():
        if tensor.data_ptr() not in {t.data_ptr() for t in kept.values()}:
            kept[name] = tensor
    return kept


@pytest.mark.parametrize(
    ("name", "shape", "kind", "fans"),
    [
        ("fc.weight", (20, 30), "Linear", (30, 20)),
        ("model.embed_tokens.weight", (50, 8), "Embedding", (1, 8)),
        ("wte.weight", (50, 8), "Embedding", (1, 8)),
        ("member.weight", (50, 8), "Linear", (8, 50)),
        ("conv.weight", (12, 6, 3, 3), "Conv2d", (54, 108)),
        ("attn.in_proj_weight", (48, 16), "MultiheadAttention", (16, 16)),
        ("lstm.weight_ih_l0", (40, 6), "RNN", (6, 10)),
        ("bn.weight", (7,), "Scale", (0, 0)),
        ("x", (2, 2, 2, 2, 2, 2), "Array", (0, 0)),
    ],
)
def test_what_a_name_and_a_shape_are_taken_for(name, shape, kind, fans):
    tensors = {name: torch.ones(shape), "lstm.weight_hh_l0": torch.ones(40, 10)}
    found = inspect(tensors).parameters.set_index("parameter").loc[name]
    assert (found["kind"], found["fan_in"], found["fan_out"]) == (kind, *fans)
    assert found["requires_grad"] is None


def test_a_bad_start_is_found_out_from_a_file_alone():
    good, bad = drawn(resnet()), drawn(resnet())
    with torch.no_grad():
        bad[2].conv1.weight.mul_(20)
        bad[6].weight.mul_(0.01)
        bad[3].conv2.weight.fill_(0.1)
        bad[3].conv1.weight[:8] = bad[3].conv1.weight[8:]
    one, other = (inspect_file(save(net.state_dict())) for net in (good, bad))
    assert one.facts.usual == 8 and not (one.facts.large or one.facts.small or one.facts.constant)
    f = other.facts
    assert [n for n, *_ in f.large] == ["2.conv1.weight"]
    assert [n for n, *_ in f.small] == ["6.weight"]
    assert f.constant == ("3.conv2.weight",) and f.repeated == (("3.conv1.weight", 8, 16),)
    title = other.figures[0].title
    assert title == "All numbers are equal in 3.conv2.weight; 2 more stds far off"
    assert one.figures[0].title == "All 8 weights have a usual std"
    assert any("No module says what they are" in s for s in other.shows)


BROKEN = {
    "empty": (b"", "the file is empty"),
    "short": (b"abc", "3 bytes, too few"),
    "header of 2^60 bytes": (struct.pack("<Q", 2**60) + b"{}", "cut off, or no .safetensors"),
    "long header": (struct.pack("<Q", 2**22) + b" " * 2**22, "at most 2,097,152 are read"),
    "no JSON": (packed(b"{nonsense"), "not the JSON"),
    "no text": (packed(b"\xff\xfe{}"), "not the JSON"),
    "deep JSON": (packed(b"[" * 100_000), "not the JSON"),
    "long number": (packed(b'{"w": ' + b"9" * 5000 + b"}"), "not the JSON"),
    "a list": (packed([1]), "not the JSON"),
    "nothing": (packed({"__metadata__": {"format": "pt"}}), "holds no tensors"),
    "too many": (packed({str(i): 0 for i in range(files.MOST_TENSORS + 1)}), "at most 20,000"),
    "twice": (packed(b'{"w": 1, "w": 2}'), "names “w” twice"),
    "no entry": (packed({"w": []}), "does not say what “w” is"),
    "a true shape": (packed({"w": entry(shape=[True, 6])}, b"1" * 24), "does not say"),
    "a negative shape": (packed({"w": entry(shape=[-2, -3])}, b"1" * 24), "does not say"),
    "a shape beyond all": (
        packed({"w": entry("F32", [2**62, 2**62, 0], 0, 0)}),
        "a shape that no memory holds",
    ),
    "many dimensions": (packed({"w": entry(shape=[1] * 17)}), "has 17 dimensions"),
    "wrong dtype": (packed({"w": entry("F33")}, b"1" * 24), "dtype “F33”, which is not read"),
    "wrong size": (packed({"w": entry("F16")}, b"1" * 24), "24 bytes, but its shape needs 12"),
    "backwards": (packed({"w": entry("F32", (2, 3), 24, 0)}, b"1" * 24), "place of -24 bytes"),
    "overlap": (
        packed({"a": entry(), "b": entry("F32", (2, 3), 20, 44)}, b"1" * 44),
        "overlap at “b”",
    ),
    "gap": (packed({"a": entry(), "b": entry("F32", (2, 3), 28, 52)}, b"1" * 52), "gap at “b”"),
    "truncated": (packed({"w": entry()}, b"1" * 20), "cut off: 4 of 24 bytes"),
    "more": (packed({"w": entry()}, b"1" * 25), "1 bytes at its end"),
    "a name of control characters": (packed({"a\u202eb\n": entry()}, b"1" * 24), "printed"),
    "half a letter": (packed(b'{"\\ud800": 1}'), "printed"),
    "a long name": (packed({"a" * 501: entry()}, b"1" * 24), "too long"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_wrong_with_a_file_is_said(case):
    data, said = BROKEN[case]
    with pytest.raises(BadFile) as caught:
        inspect_file(data)
    assert said in str(caught.value) and len(str(caught.value)) < 250
    assert not caught.value.convert


def test_another_format_is_refused_with_the_lines_that_convert_it(tmp_path):
    torch.save({"w": torch.ones(2)}, tmp_path / "zip.safetensors")
    torch.save({"w": torch.ones(2)}, tmp_path / "old", _use_new_zipfile_serialization=False)
    (tmp_path / "model.pt").write_bytes(save({"w": torch.ones(2)}))
    with zipfile.ZipFile(tmp_path / "k.KERAS", "w") as archive:
        archive.writestr("x", "y")
    for name in ("zip.safetensors", "old", "model.pt", "k.KERAS"):
        with pytest.raises(OtherFormat) as caught:
            inspect_file(tmp_path / name)
        assert caught.value.convert and ".safetensors" in str(caught.value)
    with pytest.raises(OtherFormat, match="pickle"):
        files.read(pickle.dumps({"w": 1}, 4) + b"." * 20)
    torch.save({"w": torch.ones(2)}, tmp_path / "model.pt")
    exec(
        files.CONVERT.replace('"model.pt', f'"{tmp_path}/model.pt').replace(
            '"model.s', f'"{tmp_path}/new.s'
        )
    )
    assert inspect_file(tmp_path / "new.safetensors").facts.n == 2
    with pytest.raises(OSError):
        inspect_file(tmp_path / "nowhere.safetensors")


def test_numbers_that_are_not_finite_scalars_and_names_with_markup():
    markup = '<img src=x onerror="alert(1)">.weight'
    tensors = {
        markup: torch.full((4, 4), math.nan),
        "one": torch.tensor(2.0),
        "half.weight": torch.tensor([[1.0, math.inf], [0.0, 1.0]]),
        "whole": torch.arange(6).reshape(2, 3),
        "none.weight": torch.ones(0, 3),
    }
    found = inspect_file(save(tensors))
    assert set(found.facts.broken) == {"half.weight", markup}
    assert any(markup in s for s in found.shows) and "<img" not in found._repr_html_()
    assert inspect(tensors).facts.n == 16 + 1 + 4 + 6


def test_what_is_too_large_to_decompose_is_said():
    tensors = {f"{i}.weight": torch.ones(8, 8) * torch.arange(1.0, 9) for i in range(3)}
    data = save(tensors)
    some = inspect_file(data, work=2 * 8**3)
    assert some.facts.unranked == 1 and any(
        "were too large" in s or "was too large" in s for s in some.shows
    )
    assert inspect_file(data, largest=63).facts.unranked == 3
    assert inspect_file(data).facts.unranked == 0
    pd.testing.assert_series_equal(some.parameters["std"], inspect_file(data).parameters["std"])


whole = st.integers(-2, 2**64 + 1) | st.integers(0, 30)
odd_entry = st.fixed_dictionaries(
    {},
    optional={
        "dtype": st.sampled_from([*files.DTYPES, "F4", 3]),
        "shape": st.lists(whole, max_size=4) | st.none(),
        "data_offsets": st.lists(whole, max_size=3),
        "more": st.none(),
    },
)
header = st.dictionaries(st.text(max_size=8), odd_entry | st.none() | whole, max_size=4)


@given(
    st.binary(max_size=200)
    | st.builds(packed, header | st.binary(max_size=100), st.binary(max_size=300))
    | st.builds(
        lambda at, by: bytes(b ^ (by if i == at else 0) for i, b in enumerate(SOUND)),
        st.integers(0, 260),
        st.integers(0, 255),
    )
    | st.builds(lambda n: SOUND[:n], st.integers(0, 260))
)
@example(packed({"w": entry("F32", (0, 2**63), 0, 0)}))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_read_or_refused_in_a_sentence(data):
    try:
        found = inspect_file(data)
    except BadFile as problem:
        assert 10 < len(str(problem)) < 400
    else:
        assert set(found.values) <= set(load(data)), "nothing is read that the library does not"
        assert found.shows


SOUND = save({"a.weight": torch.arange(12.0).reshape(3, 4), "a.bias": torch.ones(3)})


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16])
def test_equal_numbers_have_no_std_however_many(dtype):
    found = inspect({"fc.weight": torch.full((97, 31), 0.1, dtype=dtype)})
    assert found.facts.constant == ("fc.weight",)
    assert found.parameters["mean"].item() == torch.tensor(0.1, dtype=dtype).item()


def test_tensors_by_name_are_inspected_as_a_file_is():
    net = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3))
    found = inspect(net.state_dict())
    assert found.facts.statistics == 3 and found.facts.arrays == 4
    tied = inspect({"a.weight": net[0].weight, "b.weight": net[0].weight})
    assert tied.facts.shared == ("a.weight",) and tied.facts.n == 12
    with pytest.raises(TypeError, match="'b' is none"):
        inspect({"a": torch.ones(2), "b": 3})
    with pytest.raises(ValueError, match="a batch needs a module"):
        inspect({"a": torch.ones(2)}, torch.ones(2))
