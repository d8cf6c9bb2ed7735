"""Spellings in, names and keys out."""

from __future__ import annotations

import pytest

from kgraph.extract.cpp.normalize_names import (
    flatten,
    parameters,
    split_name,
    template_parameters,
    tidy,
    without_own_parameters,
)


@pytest.mark.parametrize(
    ("spelled", "key"),
    [
        ("", "()"),
        ("void", "()"),
        ("int", "(int)"),
        ("int a, T* b = 0", "(int,T*)"),
        ("const int a", "(int)"),
        ("int* const p", "(int*)"),
        ("Tensor const& t", "(const Tensor&)"),
        ("const at::Tensor & /* in */ self", "(const Tensor&)"),
        ("std::vector<at::Tensor> xs = {}", "(vector<Tensor>)"),
        ("std::map<a::B, std::pair<int, c::D>>&& m", "(map<B,pair<int,D>>&&)"),
        ("const std::map<int, T>::iterator it", "(iterator)"),
        ("struct point* p, enum color c, typename T::type t", "(point*,color,type)"),
        ("int a[3], char *argv[]", "(int*,char**)"),
        ("void (*f)(int a, char), int (A::*m)(int)", "(void(*)(int,char),int(*)(int))"),
        ("int f(char c)", "(int(*)(char))"),
        ("unsigned a, long int b, long unsigned int c, long long", "(unsigned int,long,unsigned long,long long)"),
        ("const char *fmt, ...", "(const char*,...)"),
        ("Ts&&... ts", "(Ts&&...)"),
        ("register int a, char *restrict b", "(int,char*)"),
        ("[[maybe_unused]] int a", "(int)"),
        ("Arena* NULLABLE arena", "(Arena*)"),
        ("int a = b < c, int d = f(1, 2)", "(int,int)"),
        ("decltype(x) y", "(decltype(x))"),
        ("auto x", "(auto)"),
        ("std::function<void(int)> f", "(function<void(int)>)"),
    ],
)
def test_keys_of_parameters(spelled: str, key: str) -> None:
    assert parameters(spelled)[0] == key


@pytest.mark.parametrize(("spelled", "arity"), [("", 0), ("void", 0), ("int a, int b", 2), ("char* f, ...", 1)])
def test_arity(spelled: str, arity: int) -> None:
    assert parameters(spelled)[1] == arity


@pytest.mark.parametrize(
    ("spelled", "qualifier", "name"),
    [
        ("f", "", "f"),
        ("A::f", "A", "f"),
        ("::f", "::", "f"),
        ("a::B<c::D, int>::f", "a::B<c::D, int>", "f"),
        ("B :: ~B", "B", "~B"),
        ("A::operator ()", "A", "operator()"),
        ("A::operator std::string", "A", "operator std::string"),
    ],
)
def test_parts_of_a_name(spelled: str, qualifier: str, name: str) -> None:
    assert split_name(spelled) == (qualifier, name)


@pytest.mark.parametrize(
    ("spelled", "name"),
    [
        ("pair<A,B >", "pair<A, B>"),
        ("unsigned  int", "unsigned int"),
        ("operator  new [ ]", "operator new[]"),
        ('operator "" _km', 'operator""_km'),
        ("TEST( a,b )", "TEST(a, b)"),
    ],
)
def test_uniform_spacing(spelled: str, name: str) -> None:
    assert tidy(spelled) == name


def test_template_parameters_are_named_as_arguments() -> None:
    assert template_parameters("class T, int N = 3, typename... Ts, template <class> class C") == (
        "T",
        "N",
        "Ts...",
        "C",
    )


@pytest.mark.parametrize(
    ("qualifier", "lists", "stripped"),
    [
        ("Stack<T, N>", ("class T, int N",), "Stack"),
        ("Stack<T>::Inner<U>", ("class T", "class U"), "Stack::Inner"),
        ("Stack<int>", ("class T",), "Stack<int>"),
        ("Stack<T*>", ("class T",), "Stack<T*>"),
        ("Tuple<Ts...>", ("class... Ts",), "Tuple"),
    ],
)
def test_own_parameters_are_stripped(qualifier: str, lists: tuple[str, ...], stripped: str) -> None:
    assert without_own_parameters(qualifier, lists) == stripped


def test_one_line() -> None:
    assert (
        flatten('int  f(int a,  // first\n  /* b */ char* s = "//")\n#if A\n const')
        == 'int f(int a, char* s = "//") const'
    )
    assert flatten("a" * 500) == "a" * 399 + "…"
