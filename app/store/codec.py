"""Values of the domain as JSON and back. A field that a newer version added is read from older rows as its default."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, get_type_hints

from cattrs.preconf.json import make_converter
from cattrs.strategies import configure_tagged_union

from app.domain.em.levels import KINDS, Kind
from app.domain.review import Verdict

T = TypeVar("T")
_CONVERTER = make_converter()


def _is_named_tuple(cls: object) -> bool:
    return isinstance(cls, type) and issubclass(cls, tuple) and hasattr(cls, "_fields")


# cattrs does not resolve the annotations of a NamedTuple that are strings.
@_CONVERTER.register_structure_hook_factory(_is_named_tuple)
def _read_named_tuple(cls: Any) -> Callable[[Any, Any], Any]:  # noqa: ANN401
    hints = get_type_hints(cls)
    readers = [(_CONVERTER.get_structure_hook(hints[name]), hints[name]) for name in cls._fields]

    def read(raw: Any, _: Any) -> Any:  # noqa: ANN401
        return cls(*(reader(value, hint) for (reader, hint), value in zip(readers, raw, strict=False)))

    return read


@_CONVERTER.register_unstructure_hook_factory(_is_named_tuple)
def _write_named_tuple(cls: Any) -> Callable[[Any], Any]:  # noqa: ANN401
    hints = get_type_hints(cls)
    types = [hints[name] for name in cls._fields]
    return lambda value: [_CONVERTER.unstructure(part, unstructure_as=hint) for part, hint in zip(value, types, strict=True)]


# Kinds of support are told apart by their names alone.
_CONVERTER.register_structure_hook_func(lambda cls: cls == Kind, lambda raw, _: KINDS[raw])
configure_tagged_union(Verdict, _CONVERTER, tag_name="verdict", tag_generator=lambda cls: cls.__name__.lower())


def to_json(value: object, cls: Any) -> Any:  # noqa: ANN401  JSON, and a type or a union of types
    """Plain lists, dictionaries, strings and numbers."""
    return _CONVERTER.unstructure(value, unstructure_as=cls)


def from_json(raw: Any, cls: type[T]) -> T:  # noqa: ANN401  JSON
    """The value again."""
    return _CONVERTER.structure(raw, cls)
