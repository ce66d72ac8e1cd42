"""Make a net small without changing what can go wrong in it.

Series of steps become one, and blocks that open and close alike vanish, innermost first; a sound, well-structured
diagram ends as a single node. The rules are Murata's, kept to those that leave every dead join, every second token and
every dead element where it was: a node keeps a place where a token may stand, so nothing is fused into a join.
"""

from __future__ import annotations

from engine.soundness.net import SINK, Alternative, Net


def reduce(net: Net) -> None:
    """Apply the rules until none fits any more; `net` is changed."""
    _apply(net, loose=False)
    if not net.counts_others:  # Joins that look at tokens elsewhere must find them where they were.
        _apply(net, loose=True)


def _apply(net: Net, *, loose: bool) -> None:
    todo = set(net.nodes)
    while todo:
        number = todo.pop()
        while number in net.nodes:
            touched = _shrink(net, number, loose=loose)
            if touched is None:
                break
            todo |= touched & net.nodes.keys()


def _shrink(net: Net, number: int, *, loose: bool) -> set[int] | None:
    """Apply one rule at a node; return the nodes to look at again, or None when no rule fits."""
    node = net.nodes[number]
    if node.join in ("or", "complex") or node.late:
        return None
    for rule in (_same_target, _drop_ends, _own_loop, _close, _follow, _merge_any, _pass_on, _vanish):
        touched = rule(net, number)
        if touched is not None:
            return touched
    if loose and node.join == "any":
        return _absorb(net, number)
    return None


def _sources(net: Net, number: int) -> set[int]:
    found = {net.edges[e].source for e in net.nodes[number].ins}
    return {source for source in found if source is not None}


def _around(net: Net, *numbers: int) -> set[int]:
    found = set(numbers)
    for number in numbers:
        if number in net.nodes:
            found |= _sources(net, number) | net.following(number)
    return found


def _same_target(net: Net, number: int) -> set[int] | None:
    """Two ways of a choice that lead to the same node are one."""
    node = net.nodes[number]
    seen: dict[int, int] = {}
    for way in node.alternatives:
        if len(way.edges) != 1 or way.ends is not None:
            continue
        edge = way.edges[0]
        target = net.edges[edge].target
        if target != SINK and net.nodes[target].join != "any":
            continue
        if target in seen and _is_own(net, number, edge):
            net.edges[seen[target]].passes |= net.edges[edge].passes
            node.alternatives.remove(way)
            _remove_edge(net, edge)
            return _around(net, number)
        seen[target] = edge
    return None


def _drop_ends(net: Net, number: int) -> set[int] | None:
    """A branch that simply ends beside others only has to be remembered."""
    for way in net.nodes[number].alternatives:
        if len(way.edges) < 2:
            continue
        ending = [e for e in way.edges if net.edges[e].target == SINK]
        if ending and _is_own(net, number, ending[0]):
            kept = tuple(e for e in way.edges if e != ending[0])
            net.edges[kept[0]].passes |= net.edges[ending[0]].passes
            way.edges = kept
            del net.edges[ending[0]]
            return {number}
    return None


def _own_loop(net: Net, number: int) -> set[int] | None:
    """A choice to come straight back changes nothing as long as there is another."""
    node = net.nodes[number]
    if node.join != "any" or len(node.alternatives) < 2:
        return None
    for way in node.alternatives:
        loops = len(way.edges) == 1 and net.edges[way.edges[0]].target == number
        if loops and _is_own(net, number, way.edges[0]):
            node.through |= net.edges[way.edges[0]].passes
            node.alternatives.remove(way)
            _remove_edge(net, way.edges[0])
            return _around(net, number)
    return None


def _close(net: Net, number: int) -> set[int] | None:
    """A join all of whose flows come from here, always together, closes the block that opens here.

    A join that waits for what can still come closes a block of any kind.
    """
    node = net.nodes[number]
    if node.join != "any" or not node.alternatives or node.hangs:
        return None
    targets = {net.edges[e].target for way in node.alternatives for e in way.edges}
    if len(targets) != 1 or targets & {SINK, number} or any(not w.edges or w.ends for w in node.alternatives):
        return None
    (target,) = targets
    join = net.nodes[target]
    if join.join not in ("all", "or") or join.hangs or any(net.edges[e].source != number for e in join.ins):
        return None
    if join.join == "all" and any(set(way.edges) != set(join.ins) for way in node.alternatives):
        return None
    for edge in join.ins:
        node.through |= net.edges[edge].passes
        del net.edges[edge]
    join.ins = []
    return _fuse(net, number, target)


def _follow(net: Net, number: int) -> set[int] | None:
    """A step whose only way leads to a node nothing else leads to is one with it."""
    node = net.nodes[number]
    if node.join != "any" or node.hangs or len(node.alternatives) != 1:
        return None
    (way,) = node.alternatives
    if len(way.edges) != 1 or way.ends is not None:
        return None
    target = net.edges[way.edges[0]].target
    after = net.nodes.get(target)
    if after is None or target == number or after.ins != [way.edges[0]] or after.late or after.hangs:
        return None
    node.through |= net.edges[way.edges[0]].passes
    del net.edges[way.edges[0]]
    net.nodes[target].ins = []
    return _fuse(net, number, target)


def _merge_any(net: Net, number: int) -> set[int] | None:
    """A step whose only way leads to a merge is part of the merge."""
    node = net.nodes[number]
    if node.join != "any" or node.hangs or len(node.alternatives) != 1 or not node.ins:
        return None
    (way,) = node.alternatives
    if len(way.edges) != 1 or way.ends is not None:
        return None
    target = net.edges[way.edges[0]].target
    if target in (SINK, number) or net.nodes[target].join != "any":
        return None
    passed = {node.gate, *node.through, *net.edges[way.edges[0]].passes}
    _remove_edge(net, way.edges[0])
    for edge in node.ins:
        net.edges[edge].target = target
        net.edges[edge].passes |= passed
        net.nodes[target].ins.append(edge)
    del net.nodes[number]
    return _around(net, target)


def _pass_on(net: Net, number: int) -> set[int] | None:
    """A step between a node where tokens can stand and a join need not hold them as well."""
    node = net.nodes[number]
    if node.join != "any" or node.hangs or len(node.alternatives) != 1 or len(node.ins) != 1:
        return None
    (way,), (into,) = node.alternatives, node.ins
    source = net.edges[into].source
    if len(way.edges) != 1 or way.ends is not None or source in (None, number):
        return None
    target = net.edges[way.edges[0]].target
    if target in (SINK, number) or net.nodes[source].join != "any":
        return None
    net.edges[into].passes |= {node.gate, *node.through, *net.edges[way.edges[0]].passes}
    net.edges[into].target = target
    net.nodes[target].ins.append(into)
    net.nodes[source].merges |= node.merges
    _remove_edge(net, way.edges[0])
    del net.nodes[number]
    return _around(net, target)


def _vanish(net: Net, number: int) -> set[int] | None:
    """A branch that only ends has nothing left to do with the rest."""
    node = net.nodes[number]
    if node.join != "any" or node.hangs or node.merges or not node.alternatives:
        return None
    if any(way.ends or any(net.edges[e].target != SINK for e in way.edges) for way in node.alternatives):
        return None
    sources = _sources(net, number)
    passed = {node.gate, *node.through}
    for way in node.alternatives:
        for edge in way.edges:
            passed |= net.edges.pop(edge).passes if edge in net.edges else set()
    for edge in node.ins:
        net.edges[edge].target = SINK
        net.edges[edge].passes |= passed
    del net.nodes[number]
    return sources


def _absorb(net: Net, number: int) -> set[int] | None:
    """A choice behind a choice, and a split behind a split, are one with what is in front of them."""
    node = net.nodes[number]
    for way in node.alternatives:
        for edge in way.edges:
            target = net.edges[edge].target
            if target in (SINK, number):
                continue
            after = net.nodes[target]
            if after.ins != [edge] or after.late or after.hangs or not after.alternatives:
                continue
            alone = len(way.edges) == 1
            if not alone and (len(after.alternatives) != 1 or after.alternatives[0].ends is not None):
                continue
            if not _is_own(net, number, edge):
                continue
            passed = {after.gate, *after.through, *net.edges[edge].passes}
            others = tuple(e for e in way.edges if e != edge)
            made = [Alternative((*others, *one.edges), one.ends) for one in after.alternatives]
            if not made[0].edges and not alone:
                continue
            at = node.alternatives.index(way)
            node.alternatives[at : at + 1] = made
            first = made[0]
            if alone:
                node.through |= passed
            else:
                net.edges[first.edges[0]].passes |= passed
            for one in after.alternatives:
                for moved in one.edges:
                    net.edges[moved].source = number
            node.merges |= after.merges
            del net.edges[edge], net.nodes[target]
            return _around(net, number)
    return None


def _is_own(net: Net, number: int, edge: int) -> bool:
    """Tell whether only one alternative uses an edge."""
    return sum(edge in way.edges for way in net.nodes[number].alternatives) == 1


def _fuse(net: Net, number: int, target: int) -> set[int]:
    """Let a node do what its target did; the edges between are gone already."""
    node, after = net.nodes[number], net.nodes.pop(target)
    node.through |= {after.gate, *after.through}
    node.merges |= after.merges
    node.alternatives, node.late, node.hangs = after.alternatives, after.late, after.hangs
    for way in (*after.alternatives, *after.late):
        for edge in way.edges:
            net.edges[edge].source = number
    return _around(net, number)


def _remove_edge(net: Net, edge: int) -> None:
    target = net.edges.pop(edge).target
    if target != SINK:
        net.nodes[target].ins.remove(edge)
