<?php
namespace A;
class C { public $p = 1; function m() {} }
function f() {}
