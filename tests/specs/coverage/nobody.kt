// Of a language without a reader nothing is analysed.
//- a.kt
class K
//< readAs listed
//< !analysed *
