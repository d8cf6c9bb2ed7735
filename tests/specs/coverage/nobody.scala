// Of a language without a reader nothing is analysed.
//- a.scala
class K
//< readAs listed
//< !analysed *
