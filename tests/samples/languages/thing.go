package p
// T is it.
type T struct {
	A int
}
func (t *T) M(a int) {}
var x = 1
