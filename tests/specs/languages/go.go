// Go: types, fields, methods and variables are symbols.
//: exact defines links
//- thing.go
package p
// T is it.
type T struct {
//   ^ defines Struct T@thing.go
	A int
//< defines Field T.A@thing.go
}
func (t *T) M(a int) {}
//          ^ defines Method T.M@thing.go
var x = 1
//  ^ defines Variable x@thing.go
