"""What is read is what was written: state → JSON → state, and damaged JSON."""

import copy
import json
from collections.abc import Iterator

import pytest
from attrs import evolve
from hypothesis import event, given
from hypothesis import strategies as st

from ipam_model.errors import InputError
from ipam_model.inspection import checkpoint, introspection
from ipam_model.inspection.instants import LATEST, ZERO_TIME, format_instant, parse_instant
from ipam_model.inspection.introspection import NOT_TOLD, Observation
from ipam_model.inspection.json_text import find
from ipam_model.inspection.write import checkpoint as written_checkpoint
from ipam_model.inspection.write import introspection as written
from ipam_model.state import Eni, Store
from ipam_model.testing.happenings import event_lists
from ipam_model.testing.stories import stories
from ipam_model.testing.story import Story
from tests.inspection.observed import EPOCH, complaint, found, running

NODES = stories(events=event_lists(most=8))
LOG = '{"level":"info","ts":"2026-03-01T09:00:00Z","msg":"Handling http request"}'


def told_of(eni: Eni, *, epoch: int = 0) -> Eni:
    """An ENI as far as the output tells of it."""
    cidrs = tuple(
        evolve(cidr, records=tuple(evolve(r, since=r.since + epoch) for r in cidr.records))
        for cidr in eni.cidrs
    )
    return evolve(eni, created=ZERO_TIME, primary_address=NOT_TOLD, cidrs=cidrs)


def read(text: str) -> Observation:
    return introspection.read(found(text))


def enis(store: Store) -> tuple[Eni, ...]:
    return tuple(told_of(eni, epoch=EPOCH) for eni in store.enis)


@given(NODES)
def test_every_state_is_read_as_it_was_written(story: Story) -> None:
    store = running(story).memory().store(0)
    (card,) = read(written([store], epoch=EPOCH, blanked=False)).cards
    assert card.enis == enis(store)
    assert (card.card, card.total, card.assigned) == (
        0,
        store.counter_total(),
        len(store.holdings),
    )
    event(f"drift: {bool(store.total_drift)}, pods: {bool(store.holdings)}")


@given(NODES)
def test_blanked_sandboxes_change_nothing_but_the_keys(story: Story) -> None:
    store = running(story).memory().store(0)
    blanked = read(written([store], epoch=EPOCH))
    (card,) = blanked.cards
    assert blanked.blanked == bool(store.holdings)
    for seen, true in zip(card.enis, enis(store), strict=True):
        for cidr, other in zip(seen.cidrs, true.cidrs, strict=True):
            assert cidr.network == other.network
            assert [r.since for r in cidr.records] == [r.since for r in other.records]
            assert [r.pod and r.pod.name for r in cidr.records] == [
                r.pod and r.pod.name for r in other.records
            ]
    keys = [r.pod.key for e in card.enis for c in e.cidrs for r in c.records if r.pod]
    assert len(set(keys)) == len(keys) == len(store.holdings)


@given(NODES, st.sampled_from(["jq", "headers", "logs", "prompt", "utf-16 mark"]))
def test_what_stands_around_is_passed_over(story: Story, how: str) -> None:
    text = written([running(story).memory().store(0)], epoch=EPOCH)
    around = {
        "jq": json.dumps(json.loads(text), indent=2),
        "headers": f"HTTP/1.1 200 OK\r\nDate: Sun, 01 Mar 2026 09:10:00 GMT\r\n\r\n{text}\n",
        "logs": f"{LOG}\n{text}\n{LOG}\n",
        "prompt": f"$ curl -s localhost:61679/v1/enis\n{text}\n$ \n",
        "utf-16 mark": f"\n\n  {text}",
    }[how]
    seen = found(around)
    assert introspection.read(seen) == read(text)
    assert bool(seen.remarks) == (how in ("headers", "logs", "prompt"))
    assert seen.sent == ("2026-03-01T09:10:00+00:00" if how == "headers" else None)


@given(NODES, st.booleans(), st.data())
def test_a_truncated_file_is_refused_with_its_line(
    story: Story, pretty: bool, data: st.DataObject
) -> None:
    text = written([running(story).memory().store(0)], epoch=EPOCH)
    if pretty:
        text = json.dumps(json.loads(text), indent=2)
    end = data.draw(st.integers(1, len(text) - 1))
    message = complaint(text[:end])
    assert message is not None
    line = text[:end].rstrip().count("\n") + 1
    assert message.startswith(f"enis.json:{line}: the JSON breaks off here")


def leaves(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The paths to all values, inner ones too."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, each in value.items():
            yield from leaves(each, (*path, key))


@given(NODES, st.data())
def test_a_damaged_value_is_refused_or_harmless(story: Story, data: st.DataObject) -> None:
    document = json.loads(written([running(story).memory().store(0)], epoch=EPOCH, blanked=False))
    path = data.draw(st.sampled_from(list(leaves(document))))
    junk: object = data.draw(
        st.sampled_from([None, 7, -1, "x", "", True, [], [3], {}, {"y": {}}, 1e400, "10.0.0.1/99"])
    )
    damaged = copy.deepcopy(document)
    holder = damaged
    for key in path[:-1]:
        holder = holder[key]
    if data.draw(st.booleans()):
        holder[path[-1]] = junk
    else:
        del holder[path[-1]]
    message = complaint(json.dumps(damaged, indent=1))
    event("read" if message is None else "refused")
    assert message is None or "\n" not in message


def test_a_wrong_value_is_named_with_line_and_keys() -> None:
    text = """{"0": {"TotalIPs": 1, "AssignedIPs": 0, "ENIs": {
"eni-1": {"ID": "eni-1", "IsPrimary": true, "DeviceNumber": 0,
"AvailableIPv4Cidrs": {
"10.1.0.5/32": {"Cidr": {"IP": "10.1.0.5", "Mask": "/////w=="},
"IPAddresses": {}, "IsPrefix": "no"}}}}}}"""
    assert complaint(text) == (
        "enis.json:5: 0.ENIs.eni-1.AvailableIPv4Cidrs.10.1.0.5/32.IsPrefix is 'no'; "
        "it must be true or false"
    )


def older(document: dict[str, object], version: str) -> dict[str, object]:
    """The same in an older form."""
    card = copy.deepcopy(document["0"])
    assert isinstance(card, dict)
    for eni in card["ENIs"].values():
        cidrs = eni["AvailableIPv4Cidrs"]
        for cidr in cidrs.values():
            for address in cidr["IPAddresses"].values():
                if version != "v1.19":
                    del address["IPAMMetadata"], address["AssignedTime"]
                if version == "v1.6":
                    address["Assigned"] = bool(address.pop("IPAMKey")["networkName"])
            if version == "v1.9":
                cidr["IPv4Addresses"] = cidr.pop("IPAddresses")
        if version in ("v1.6", "v1.7"):
            never: dict[str, object] = {"UnassignedTime": "0001-01-01T00:00:00Z"}
            never |= (
                {"Assigned": False}
                if version == "v1.6"
                else {"IPAMKey": {"networkName": "", "containerID": "", "ifName": ""}}
            )
            eni["IPv4Addresses"] = {
                name.partition("/")[0]: next(
                    iter(cidr["IPAddresses"].values()),
                    {"Address": name.partition("/")[0], **never},
                )
                for name, cidr in eni.pop("AvailableIPv4Cidrs").items()
            }
        for key in ("IsExcludedForPodIPs", "SubnetID", "RouteTableID"):
            del eni[key]
    if version == "v1.6":
        card["ENIIPPools"] = card.pop("ENIs")
    return card


@pytest.mark.parametrize("version", ["v1.6", "v1.7", "v1.9", "v1.19"])
@given(story=NODES)
def test_older_forms_show_the_same_pool(version: str, story: Story) -> None:
    store = running(story).memory().store(0)
    singles = not any(cidr.is_prefix for _, cidr in store.cidrs())
    if version in ("v1.6", "v1.7") and not singles:
        return
    text = json.dumps(older(json.loads(written([store], epoch=EPOCH, blanked=False)), version))
    seen = read(text)
    assert not seen.excluded_told
    (card,) = seen.cards
    for eni, true in zip(card.enis, enis(store), strict=True):
        assert (eni.id, eni.primary, eni.trunk) == (true.id, true.primary, true.trunk)
        for cidr, other in zip(eni.cidrs, true.cidrs, strict=True):
            assert (cidr.network, cidr.assigned()) == (other.network, other.assigned())
            assert cidr.cooling(EPOCH, 30_000) == other.cooling(EPOCH, 30_000)


def test_the_oldest_form_tells_least() -> None:
    """No address, no instant, no mark of the primary ENI: as v1.0 to v1.4 had it."""
    text = """{"TotalIPs": 3, "AssignedIPs": 1, "ENIIPPools": {
    "eni-063e": {"AssignedIPv4Addresses": 1, "DeviceNumber": 0, "ID": "eni-063e", "IPv4Addresses": {
    "10.43.168.10": {"Assigned": false}, "10.43.168.12": {"Assigned": true}}},
    "eni-0a17": {"AssignedIPv4Addresses": 0, "DeviceNumber": 2, "ID": "eni-0a17", "IPv4Addresses": {
    "10.43.168.20": {"Assigned": false}}}}}"""
    (card,) = read(text).cards
    assert [(eni.primary, eni.device) for eni in card.enis] == [(True, 0), (False, 2)]
    assert [len(cidr.records) for eni in card.enis for cidr in eni.cidrs] == [0, 1, 0]
    assert card.enis[0].cidrs[1].in_use()


@given(NODES)
def test_a_checkpoint_is_read_as_it_was_written(story: Story) -> None:
    entries = sorted(running(story).checkpoint(0).entries, key=lambda each: each.address)
    text = written_checkpoint(entries, epoch=EPOCH)
    seen = find("ipam.json", text, checkpoint.recognise, "a checkpoint")
    assert checkpoint.read(seen).entries == tuple(
        evolve(each, assigned_at=each.assigned_at + EPOCH) for each in entries
    )


@given(st.integers(ZERO_TIME + 366 * 86_400_000, LATEST))
def test_instants_are_read_as_they_were_written(instant: int) -> None:
    assert parse_instant(format_instant(instant)) == instant


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("2026-03-01T09:00:00Z", EPOCH),
        ("2026-03-01T10:00:00.0019999+01:00", EPOCH + 1),
        ("1970-01-01T00:00:00.123456789Z", 123),
        ("0001-01-01T00:00:00Z", ZERO_TIME),
        ("0001-01-01T00:00:00+05:00", ZERO_TIME),
    ],
)
def test_instants_of_go(text: str, milliseconds: int) -> None:
    assert parse_instant(text) == milliseconds


@pytest.mark.parametrize("text", ["", "yesterday", "2026-03-01T09:00:00", "2026-13-01T00:00:00Z"])
def test_other_instants_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="RFC 3339"):
        parse_instant(text)
