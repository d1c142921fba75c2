"""Every undocumented piece of Pyomo this package relies on, which nothing else names; a test pins each.

1. Rule templates. Pyomo can call a rule with placeholders (`IndexTemplate`) instead of indices by replacing
   the iteration of Sets and the builtin `sum` for the length of the call. `templatize` does the same with
   four changes: a sum may also run over Python lists; `sum(..., start)` and empty sums work; comparing a
   placeholder with a label raises (Pyomo answers False, which would silently take the wrong branch of a
   rule); and other threads are left alone, because both replacements are process-wide.
2. The attributes `_rule`, `_rule_bounds`, `_rule_domain`, `_data`, `_anonymous_sets` and `_constructed` of components.
3. `_getitem_when_not_present` and `_setitem_when_not_present`, which create the data object of one index.
4. Of expressions, `_args_`, `_local_args_`, `_apply_operation`, and `_set` of a placeholder.
"""

from __future__ import annotations

import builtins
import threading
from collections.abc import Iterable, Iterator
from typing import Any

from pyomo.common.errors import TemplateExpressionError
from pyomo.common.numeric_types import native_types
from pyomo.core.base.expression import ExpressionData, ScalarExpression
from pyomo.core.base.set import SetProduct, _FiniteSetMixin
from pyomo.core.expr.numeric_expr import ARG_TYPE, Numeric_NPV_Mixin, register_arg_type
from pyomo.core.expr.template_expr import (
    GetAttrExpression,
    GetItemExpression,
    IndexTemplate,
    NPV_Numeric_GetItemExpression,
    Numeric_GetItemExpression,
    TemplateSumExpression,
    _TemplateIterManager,
)

_LOCK = threading.RLock()
_ITERATE = {kind: kind.__iter__ for kind in (_FiniteSetMixin, GetItemExpression, GetAttrExpression)}
_SUM = builtins.sum
_GENERATOR = type(_ for _ in ())


class _Guarded:
    """Refuses comparison, so that `if region == "north"` in a rule makes the compiler call it row by row."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        raise TemplateExpressionError(None, "a rule compares an index with a value")

    __ne__ = __eq__
    __hash__ = None  # type: ignore[assignment]


class Placeholder(_Guarded, IndexTemplate):  # type: ignore[misc]
    """Stands for one index of a rule or one loop variable of a sum while a rule becomes a template."""

    __slots__ = ()


class Lookup(_Guarded, NPV_Numeric_GetItemExpression):  # type: ignore[misc]
    """`param[placeholder]`: a value that is known only once the placeholder is."""

    __slots__ = ()


class VariableSum(TemplateSumExpression):  # type: ignore[misc]
    """A sum over Sets with variables in it."""

    __slots__ = ()


class ConstantSum(Numeric_NPV_Mixin, TemplateSumExpression):  # type: ignore[misc]
    """A sum over Sets of data only.

    Pyomo remembers for each class whether it holds variables, so one class for both kinds would be wrong.
    """

    __slots__ = ()


register_arg_type(Placeholder, ARG_TYPE.NPV)
register_arg_type(Lookup, ARG_TYPE.NPV)
register_arg_type(VariableSum, ARG_TYPE.OTHER)
register_arg_type(ConstantSum, ARG_TYPE.NPV)


class _Recorder:
    """What Set iteration and `sum` do while a rule is being turned into a template."""

    def __init__(self) -> None:
        self.thread = threading.get_ident()
        self.open: list[tuple[Placeholder, ...]] = []
        self.count = 0

    def placeholders(self, index_set: Any) -> tuple[Placeholder, ...]:
        self.count += 1
        group = self.count
        dimension = _dimension(index_set)
        positions = range(dimension) if dimension is not None else (None,)
        return tuple(Placeholder(index_set, k, f"{group}_{k}", group) for k in positions)

    def get_iter(self, index_set: Any) -> Iterator[Any]:
        if threading.get_ident() != self.thread:
            for kind, iterate in _ITERATE.items():
                if isinstance(index_set, kind):
                    return iterate(index_set)
        return self._once(index_set)

    def _once(self, index_set: Any) -> Iterator[Any]:
        group = self.placeholders(index_set)
        self.open.append(group)
        yield group[0] if len(group) == 1 else group

    def sum_template(self, terms: Iterable[Any], /, start: Any = 0) -> Any:
        """The builtin `sum`, except that a loop over Sets becomes a TemplateSumExpression per Python item."""
        if threading.get_ident() != self.thread or terms.__class__ is not _GENERATOR:
            return _SUM(terms, start)
        depth = len(self.open)
        total = start
        for term in terms:
            groups = self._live(terms, depth)
            total = total + (_sum_over(groups, term) if groups else term)
        del self.open[depth:]
        return total

    def _live(self, generator: Any, depth: int) -> list[tuple[Placeholder, ...]]:
        """The placeholder groups that are loop variables of the generator right now, outermost first.

        A Python loop outside a Set loop restarts the Set loop, so groups of earlier rounds stay in `open`.
        """
        values = list(generator.gi_frame.f_locals.values())
        live = {id(part) for value in values for part in (value if isinstance(value, tuple) else (value,))}
        return [group for group in self.open[depth:] if any(id(part) in live for part in group)]


def lookup_while_compiling(component: Any, index: Any, *, data: bool) -> Any:
    """`component[index]` as a template where this thread is compiling a rule, else None.

    Making the data object there would run its rule with the replaced `sum`, and keep what came out. Pyomo's
    own way to the template is slower. Data at plain labels stay data, so that a rule may branch on them.
    """
    recorder = _TemplateIterManager.context
    if recorder is None or _TemplateIterManager.paused or recorder.thread != threading.get_ident():
        return None
    parts = _flat(index if isinstance(index, tuple) else (index,))
    if not data:
        return Numeric_GetItemExpression((component, *parts))
    return None if all(part.__class__ in native_types for part in parts) else Lookup((component, *parts))


def _flat(parts: tuple[Any, ...]) -> tuple[Any, ...]:
    """Labels of an index in which members of a Set of tuples may stand as tuples."""
    if not any(isinstance(part, tuple) for part in parts):
        return parts
    return tuple(label for part in parts for label in (part if isinstance(part, tuple) else (part,)))


def _sum_over(groups: list[tuple[Placeholder, ...]], term: Any) -> Any:
    constant = not hasattr(term, "is_potentially_variable") or not term.is_potentially_variable()
    return (ConstantSum if constant else VariableSum)((term,), groups)


def _dimension(index_set: Any) -> int | None:
    """Labels in one member; 1 where Pyomo cannot know (an empty set), None for members of mixed length."""
    if isinstance(index_set, GetItemExpression):
        members = [member.dimen for member in index_set._args_[0]._data.values()]
        known = [dimension for dimension in members if isinstance(dimension, int)]
        return known[0] if known else 1
    dimension = index_set.dimen
    if isinstance(dimension, int):
        return dimension
    return None if dimension is None else 1


def templatize(block: Any, rule: Any, index_set: Any) -> tuple[Any, tuple[Placeholder, ...]]:
    """Call a component's rule once with placeholders.

    Args:
        block: the block handed to the rule.
        rule: a Pyomo Initializer, called as `rule(block, index)`.
        index_set: the component's index set.

    Returns:
        What the rule returned, and one placeholder per label of an index.

    Raises:
        TemplateExpressionError: the rule loops over a Set outside `sum`, or compares an index.
        Exception: whatever else the rule raises when its indices are not numbers or strings.
    """
    with _LOCK:
        recorder = _Recorder()
        indices = recorder.placeholders(index_set) if index_set.dimen != 0 else ()
        with _TemplateIterManager.init(recorder, *_ITERATE):
            template = rule(block, indices)
    if recorder.open:
        raise TemplateExpressionError(None, "a rule loops over a Set outside of sum()")
    return template, indices


def axis_sets(component: Any) -> tuple[Any, ...]:
    """The sets a component is indexed by, one per axis; products are taken apart, other sets stay whole."""
    if not component.is_indexed():
        return ()
    index_set = component.index_set()
    if isinstance(index_set, SetProduct):
        return tuple(index_set.subsets(expand_all_set_operators=False))
    return (index_set,)


def is_regular(index_set: Any) -> bool:
    """True for a set with an end, all of whose members have as many labels."""
    return bool(index_set.isfinite() and index_set.dimen is not None)


def indices_of(component: Any) -> tuple[Any, ...]:
    """The indices of an ordinary component in order; over a set without end those that have data."""
    if not component.is_indexed():
        return (None,)
    return tuple(component.index_set() if component.index_set().isfinite() else existing_data(component))


def labels_of(index_set: Any) -> tuple[Any, ...]:
    """The members of a Set in order, also while a rule is being compiled."""
    with _TemplateIterManager.pause():
        return tuple(index_set)


def rule_of(component: Any) -> Any:
    """The component's rule as a Pyomo Initializer, called as `rule(block, index)`; None without one."""
    return component._rule


def is_product(index_set: Any) -> bool:
    """True for a set made of other sets, such as the index of a component over several."""
    return isinstance(index_set, SetProduct)


def existing_data(component: Any) -> dict[Any, Any]:
    """The data objects made so far, by index; reading a component's items would make more."""
    return component._data


def is_reference(component: Any) -> bool:
    """True for a `pyo.Reference`, whose data are those of other components."""
    return getattr(component, "referent", None) is not None


def holds_other_data(component: Any) -> bool:
    """True for a component that keeps its data as no other does, such as a MatrixConstraint."""
    return bool(component.is_reference()) and not is_reference(component)


def construct_index(component: Any) -> None:
    """What every `construct` does first: build unnamed index sets."""
    for unnamed in component._anonymous_sets or ():
        unnamed.construct()
    component._constructed = True


def make_data(component: Any, index: Any, value: Any) -> Any:
    """The data object of one index, made of what the rule returned; None for a row that Pyomo leaves out."""
    return component._setitem_when_not_present(index, value)


def domain_of(variable: Any) -> Any:
    """The domain that a Var was declared with; that of one index may have been set since."""
    return variable._rule_domain(variable.parent_block(), None, variable)


def bounds_rule_of(variable: Any) -> Any:
    """The Var's bounds as a Pyomo Initializer, called as `rule(block, index)`."""
    return variable._rule_bounds


def set_of(placeholder: IndexTemplate) -> Any:
    """The Set that an index or a loop variable runs over."""
    return placeholder._set


def summand(node: TemplateSumExpression) -> Any:
    """What a sum over Sets adds up."""
    return node._local_args_[0]


def applied(node: Any, arguments: list[Any]) -> Any:
    """An operator or function applied to values in place of its arguments."""
    return node._apply_operation(arguments)


class ValuesWhenNeeded:
    """A Param whose subclass says `value_at(index)` when an index is asked for the first time."""

    def _getitem_when_not_present(self, index: Any) -> Any:
        return self.value_at(index)  # type: ignore[attr-defined]


class ExpressionOfRule(ScalarExpression):  # type: ignore[misc]
    """One expression, whose rule is called the first time something looks inside."""

    _constructed = False  # read before Pyomo sets it

    @property
    def _args_(self) -> tuple[Any, ...]:
        stored = ExpressionData._args_.__get__(self)
        if stored == (None,) and self._constructed and rule_of(self) is not None:
            stored = (rule_of(self)(self.parent_block(), None),)
            ExpressionData._args_.__set__(self, stored)
        return stored

    @_args_.setter
    def _args_(self, values: tuple[Any, ...]) -> None:
        ExpressionData._args_.__set__(self, values)
