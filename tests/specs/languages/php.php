// PHP: namespaces, classes, members and functions are symbols.
//: exact defines links
//- thing.php
<?php
namespace A;
//        ^ defines Namespace A@thing.php
class C { public $p = 1; function m() {} }
//    ^ defines Class C@thing.php
//                ^ defines Field C::$p@thing.php
//                                ^ defines Method C::m@thing.php
function f() {}
//       ^ defines Function f@thing.php
