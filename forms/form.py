"""JSON Schema + uiSchema -> a form that prints and reads itself with WTForms; compiled once per content."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Any

import jsonschema_rs as rs

from forms import (
    actions,
    bounds,
    examples,
    fields,
    filling,
    formjs,
    grid,
    jsonforms,
    judging,
    kinds,
    layout,
    modern,
    prefill,
    problems,
    reach,
    reading,
    rules,
    schemas,
    settle,
    shapes,
    steps,
    texts,
    tree,
    uischema,
    values,
    views,
)
from forms import pointer as pointers
from forms.errors import BadDefinition
from forms.fields import serial
from forms.fields.base import ABSENT
from forms.html import tag
from forms.ports import Ports
from forms.problems import Problem
from forms.reading import MultiMapping
from forms.resolve import Resolver
from forms.scene import Scene
from forms.schemas import AnySchema, Schema
from forms.spot import Spot
from forms.values import Typed

ICONS = "/static/icons.svg"


@dataclass(frozen=True)
class Submission:
    """What a post came to.

    values: JSON by the schema, for the engine; a top-level value that was there and was emptied (or hidden by a rule)
    is present as None, so that storing the values clears it; of a form whose outermost value is no object, that value.
    problems: in the order of the form; empty = may be stored. typed: hand this to `Form.page` to show the same page
    again. action: a pressed button of the form (`add:/support`, `remove:/support/2`, `pick:/x`, `fill:/support`,
    `step:2`), already carried out on `typed`; then nothing is to be stored but a draft.
    """

    values: Any
    problems: list[Problem]
    typed: Typed
    action: str | None = None
    hidden: list[str] = field(default_factory=list)


class Form:
    """One compiled form in one view and language; immutable and safe to share between threads."""

    def __init__(self, schema: AnySchema, ui: Mapping[str, Any], view: str | None, locale: str) -> None:
        if isinstance(schema, dict) and formjs.is_formjs(schema):
            schema, made = formjs.convert(schema)
            ui = {**made, **ui}
        self.schema: Any = modern.modernise(
            schema if isinstance(schema, dict) else {"not": {}} if schema is False else {}
        )
        own = jsonforms.convert(ui) if jsonforms.is_layout(ui) else grid.spread(ui)
        self.ui = texts.translated(own, locale)
        everywhere = self.ui.get("ui:globalOptions")
        self.everywhere = everywhere if isinstance(everywhere, Mapping) else {}
        self.locale = locale
        self.view = view
        self.rights = views.rights_of(self.ui.get("qc:views"), view)
        self.names = rules.names_of(self.schema)
        self.has_rules = rules.any_in(self.ui)
        self.has_prefill = rules.any_in(self.ui, (prefill.FROM,))
        self._resolver = Resolver(self.schema)
        self._validator: rs.Validator | None = None

    @cached_property
    def first_names(self) -> frozenset[str]:
        """Names of the first level that the form has under any condition."""
        paths, _ = reach.paths_of(self.schema)
        return frozenset(path[0] for path in paths if path)

    def page(
        self,
        data: Any,
        *,
        ports: Ports | None = None,
        problems: Sequence[Problem] = (),
        readonly: bool = False,
        tells_rights: bool = False,
        prefix: str = "f",
        icons: str = ICONS,
    ) -> str:
        """Print the fields as HTML, without a `form` element and without its buttons.

        data: values, or `Submission.typed` to show what was typed. Fields without a value show their default.
        tells_rights: for reading, what the view lets its step write is marked.
        """
        scene = self._scene(ports, prefix=prefix, icons=icons, readonly=readonly)
        scene.data, scene.tells_rights = data, tells_rights and readonly and not self.rights.open
        scene.pad_rows = scene.use_defaults = not readonly
        if isinstance(data, Typed):
            scene.picks, scene.origins, scene.step = data.picks, data.origins, data.step
            data = data.whole
            scene.use_defaults, scene.fills_new = False, not readonly
        printed = layout.Page(scene, problems)
        root = tree.grow(scene, self.schema, self.ui, data)
        if (self.has_prefill or self.has_rules) and not readonly and (data is None or isinstance(data, Mapping)):
            filled = deepcopy(dict(data or {}))
            changed = prefill.fill(scene, filled, root, blanks=True)
            if settle.compute(scene, filled, root) or changed:
                root = tree.grow(scene, self.schema, self.ui, filled)
        if self.has_rules and not readonly and data:
            printed.warned = {each.pointer: each.message for each, is_warning in judging.checked(root) if is_warning}
        return str(printed.whole(root))

    def read(
        self,
        post: MultiMapping,
        files: MultiMapping | None,
        base: Any,
        *,
        ports: Ports | None = None,
        prefix: str = "f",
    ) -> Submission:
        """Read a post over the current values.

        Read-only and hidden places keep what `base` has. Raises ForbiddenWrite for a post that writes, adds, removes
        or moves what this view does not allow. Uploads are stored through the port even when there are problems.
        """
        scene = self._scene(ports, prefix=prefix)
        held = values.without_nulls(base if base is not None else {})
        scene.data = held
        reader = reading.Reader(scene, post, files, self.first_names)
        got = reader.read(self.schema, self.ui, held if self._is_object or held != {} else ABSENT)
        typed = Typed(got.typed if isinstance(got.typed, dict) else {})
        typed.picks, typed.origins, typed.step = reader.picks, reader.origins, self._step_of(post, prefix)
        if not self._is_object:
            typed.root = None if got.typed is ABSENT else got.typed
        found = got.value if got.value is not ABSENT else {} if self._kind in (None, "object") else None
        root = settle.settle(scene, self.schema, self.ui, found, held)
        action = actions.carry_out(post, typed, root)
        hidden = [spot.pointer for spot in root.walk() if not spot.shown]
        kind, _, about = (action or "").partition(":")
        if kind == "fill":
            listed = [] if filling.fill(scene, post, files, about, typed, root) else [self._unread(scene, root, about)]
            return Submission(found, listed, typed, action, hidden)
        if action is not None and kind != "step":
            return Submission(found, [], typed, action, hidden)
        listed = self._problems(scene, found, root, reader.wrong)
        if kind == "step":
            wanted = steps.number_of(about)
            listed = steps.before(self.ui, root, wanted, listed) if wanted > (typed.step or 0) else []
            typed.step = typed.step if listed else wanted
            return Submission(found, listed, typed, action, hidden)
        if isinstance(held, dict) and isinstance(found, dict):
            for key in held:
                if key not in found and key in self.first_names:
                    found[key] = None
        return Submission(found, listed, typed, None, hidden)

    def numbered(self, submission: Submission, ports: Ports | None) -> Submission:
        """Take the numbers of this form (`ui:widget: serial`) for a submission that is about to be stored.

        Call it in the transaction that stores the values: what is rolled back leaves no gap.
        """
        take = getattr(ports, "serial", None)
        if take is None or not self.has_serial:
            return submission
        made = deepcopy(submission.values)
        root = tree.grow(self._scene(ports), self.schema, self.ui, made)
        for spot in root.leaves():
            if _is_serial(spot) and spot.right == "write" and not spot.value:
                values.put(made, spot.path, take(serial.template_of(spot)))
        return replace(submission, values=made)

    @cached_property
    def has_serial(self) -> bool:
        """Tell whether the form has a number that is given when it is submitted."""
        return "serial" in json.dumps(self.ui, ensure_ascii=False)

    @cached_property
    def _kind(self) -> str | None:
        return fields.kind_of(self._resolver.at(self.schema, None))

    @cached_property
    def _is_object(self) -> bool:
        shape, _ = kinds.shape_of(self._resolver.at(self.schema, None), self.ui)
        return shape in ("section", "map") or self._kind == "object"

    def _step_of(self, post: MultiMapping, prefix: str) -> int | None:
        raw = post.getlist(f"{prefix}{steps.STEP}")
        return steps.number_of(raw[0]) if raw else None

    def _unread(self, scene: Scene, root: Spot, pointer: str) -> Problem:
        return problems.at(root.at(pointer), "fill-unread", scene)

    def check(self, data: Any, *, ports: Ports | None = None) -> list[Problem]:
        """Check values as the server checks a submission: schema, formats and rules, in this view."""
        scene = self._scene(ports)
        root = tree.grow(scene, self.schema, self.ui, data)
        try:
            return self._problems(scene, data, root, {})
        except (ValueError, RecursionError):
            # The validator reads no value that is nested hundreds deep or holds half a character.
            return [problems.at(root, "invalid", scene)]

    def warnings(self, data: Any, *, ports: Ports | None = None) -> list[Problem]:
        """List what `qc:checks` of level `warning` say: shown beside the field, never in the way of a submission."""
        root = tree.grow(self._scene(ports), self.schema, self.ui, data)
        return [problem for problem, is_warning in judging.checked(root) if is_warning]

    def summary(self, data: Mapping[str, Any] | None, *, ports: Ports | None = None) -> list[tuple[str, str, str]]:
        """List (label, text, pointer) of every value that is there and may be seen, in the order of the form."""
        scene = self._scene(ports, readonly=True)
        root = tree.grow(scene, self.schema, self.ui, data or {})
        return [
            (spot.full_label or spot.label, text, spot.pointer)
            for spot in root.leaves()
            if spot.entry is not None and (text := spot.entry.text(spot.value, spot, scene))
        ]

    def changes(
        self, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, *, ports: Ports | None = None
    ) -> list[tuple[str, str, str, str]]:
        """List (label, text before, text after, pointer) of what differs, in the order of the form."""
        old = {pointer: (label, text) for label, text, pointer in self.summary(before, ports=ports)}
        new = {pointer: (label, text) for label, text, pointer in self.summary(after, ports=ports)}
        order = [*new, *(pointer for pointer in old if pointer not in new)]
        found = []
        for pointer in order:
            label = new.get(pointer, old.get(pointer, ("", "")))[0]
            was, now = old.get(pointer, ("", ""))[1], new.get(pointer, ("", ""))[1]
            if was != now or pointers.get(before, pointer) != pointers.get(after, pointer):
                found.append((label, was, now, pointer))
        return found

    def titles(self) -> dict[str, str]:
        """Name every place: pointer -> label; the rows of tables stand as `*`."""
        return shapes.titles(self._scene(None), self.schema, self.ui)

    def sample(self) -> dict[str, Any]:
        """Make values in which every table has one empty row, so that a page shows the whole form."""
        made = shapes.sample(self._scene(None), self.schema)
        return made if isinstance(made, dict) else {}

    def example(self) -> dict[str, Any]:
        """Make values to try the form with, from its own examples, defaults and bounds; they need not all be valid."""
        made = examples.example(self._scene(None), self.schema)
        return made if isinstance(made, dict) else {}

    def types(self) -> dict[str, Schema]:
        """Give the folded schema of each top-level property."""
        return shapes.types(self.schema)

    def _scene(self, ports: Ports | None, *, prefix: str = "f", icons: str = ICONS, readonly: bool = False) -> Scene:
        return Scene(
            resolver=self._resolver,
            rights=self.rights,
            locale=self.locale,
            ports=ports,
            prefix=prefix,
            icons=icons,
            readonly=readonly,
            has_rules=self.has_rules,
            has_prefill=self.has_prefill,
            names=self.names,
            everywhere=self.everywhere,
            now=getattr(ports, "now", None),
        )

    def _problems(
        self, scene: Scene, data: Any, root: Spot, wrong: Mapping[str, tuple[str, dict[str, Any]]]
    ) -> list[Problem]:
        found = [problems.at(root.at(at), code, scene, code, **facts) for at, (code, facts) in wrong.items()]
        spots = list(root.walk())
        places = {spot.pointer: spot for spot in spots}
        unnumbered = {spot.pointer for spot in spots if _is_serial(spot) and not spot.value}
        hidden = tuple(spot.pointer for spot in spots if not spot.shown)
        spoken = {problem.pointer for problem in found}
        listed = problems.of_errors(_limited(self._errors(data)), root, scene)
        listed += bounds.broken(root, scene, data)
        if self.has_rules:
            listed += [
                problems.at(spot, "required", scene, problems.missing(spot))
                for spot in places.values()
                if rules.REQUIRED in spot.ui and spot.required and values.is_blank(spot.value)
            ]
            listed += [problem for problem, is_warning in judging.checked(root) if not is_warning]
            listed += [
                problems.at(spot, "enum", scene, "choice") for spot in places.values() if judging.is_left_out(spot)
            ]
        for problem in listed:
            if problem.pointer in unnumbered:
                continue
            if problem.pointer in spoken and problem.code in ("required", "type", "minItems", *(p.code for p in found)):
                continue
            if self._is_ours(problem.pointer, places) and not _under(problem.pointer, hidden):
                found.append(problem)
        unique = {(problem.pointer, problem.code): problem for problem in found}
        return problems.sort(unique.values(), root)

    def _is_ours(self, pointer: str, places: Mapping[str, Spot]) -> bool:
        """Tell whether a person in this view can mend a problem; other fields are checked where they are filled in."""
        if self.rights.open:
            return True
        spot = places.get(pointer)
        return (
            spot.right == "write" or spot.computed if spot is not None else self.rights.of_pointer(pointer) == "write"
        )

    def _errors(self, data: Any) -> Iterator[rs.ValidationError]:
        if self._validator is None:
            try:
                self._validator = schemas.build(self.schema, "forms")
            except ValueError as error:
                raise BadDefinition(why=str(error).split("\n", 1)[0]) from error
        return self._validator.iter_errors(data)


def compile(  # noqa: A001 - the face says compile
    schema: AnySchema, ui: Mapping[str, Any] | None = None, *, view: str | None = None, locale: str = "zh"
) -> Form:
    """Compile a form; the same content, view and language give the same object.

    Raises UnknownView for a view that `qc:views` does not declare.
    """
    texts = (json.dumps(schema, ensure_ascii=False), json.dumps(ui or {}, ensure_ascii=False))
    return _compiled(*texts, view, locale)


@lru_cache(maxsize=1024)
def _compiled(schema_text: str, ui_text: str, view: str | None, locale: str) -> Form:
    ui = json.loads(ui_text)
    return Form(json.loads(schema_text), ui if isinstance(ui, dict) else {}, view, locale)


def content_hash(schema: AnySchema, ui: Mapping[str, Any] | None = None) -> str:
    """Name the content of a form: SHA-256 over schema and ui, key order included."""
    body = json.dumps([schema, ui or {}], ensure_ascii=False, separators=(",", ":"))
    return sha256(body.encode("utf-8", "surrogatepass")).hexdigest()


def render(schema: AnySchema, ui: Mapping[str, Any] | None = None, data: Any = None) -> str:
    """Print the whole form under its title as an HTML fragment, writable unless the schema says otherwise."""
    form = compile(schema, ui)
    title = uischema.text_option(form.ui, "title") or (form.schema.get("title") if isinstance(schema, dict) else None)
    heading = tag('<h2 class="song">{}</h2>').format(title) if isinstance(title, str) and title else ""
    return f"{heading}{form.page(data)}"


def check(schema: AnySchema, ui: Mapping[str, Any] | None, data: Any) -> list[Problem]:
    """Check data as the server would check a submission of the whole form.

    A schema that cannot be used is a problem of the whole, with the code `bad-form`.
    """
    try:
        return compile(schema, ui).check(data)
    except BadDefinition as error:
        return [Problem("", error.code, error.message("zh"))]


def _limited(errors: Iterator[rs.ValidationError]) -> Iterator[rs.ValidationError]:
    for number, error in enumerate(errors):
        if number >= 5000:
            return
        yield error


def _is_serial(spot: Spot) -> bool:
    return spot.entry is not None and spot.entry.kind == "serial"


def _under(pointer: str, roots: Sequence[str]) -> bool:
    return any(pointer == root or pointer.startswith(root + "/") for root in roots)
