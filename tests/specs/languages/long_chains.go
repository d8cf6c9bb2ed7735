// Go: a chain of as many calls as a person writes is followed to its end.
//: text only: no compiler of Go is at hand
//- go.mod
module example.com/app
//- view.go
package app
type View struct{}
func Open() *View { return &View{} }
func (v *View) Press(key int) *View { return v }
func (v *View) Close() {}
func use() {
	Open().
		Press(0).
		Press(1).
		Press(2).
		Press(3).
		Press(4).
		Press(5).
		Press(6).
		Press(7).
		Press(8).
		Press(9).
		Press(10).
		Press(11).
		Press(12).
		Press(13).
		Press(14).
		Press(15).
		Press(16).
		Press(17).
		Press(18).
		Press(19).
		Press(20).
		Press(21).
		Press(22).
		Press(23).
		Press(24).
		Press(25).
		Press(26).
		Press(27).
		Press(28).
		Press(29).
		Press(30).
		Press(31).
		Press(32).
		Press(33).
		Press(34).
		Press(35).
		Close()
//		^ calls View.Close by a member of the declared type of its receiver
}
