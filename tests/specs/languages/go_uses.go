// Go: calls follow packages, declared types, fields, results by their place, and what types embed.
//: text only: no compiler of Go is at hand
//- go.mod
module example.com/app // the path
//- node/node.go
package node
type Node struct { next *Node }
func New() (*Node, error) { return &Node{next: nil}, nil }
//                                  ^ references Node
func (n *Node) Visit() {}
func (n *Node) Next() *Node { return n.next }
//                                     ^ references Node.next
//- v2/other/file.go
package renamed
import "example.com/app/node"
//< imports node/node.go
func Any() map[string][]*node.Node { return nil }
//- gone.go
package app
import "example.com/app/gone"
//< imports missing example.com/app/gone
import "net/http"
//< imports external net/http
import _ "example.com/app/v2/other"
//< imports v2/other/file.go
var client http.Client
//- stack.go
package app
import (
	n "example.com/app/node"
//< imports node/node.go
	"example.com/app/v2/other"
//< imports v2/other/file.go
)
type Kind int
const (
	First Kind = iota
	Second
)
func (k Kind) Name() string { return "" }
type Visitor interface { Visit() }
type Tree struct {
	*n.Node
//	   ^ inherits Node
	kind  Kind
	each  func(int) *n.Node
	inner struct{ first *n.Node }
}
type Trees []*Tree
func (t *Tree) walk(client Visitor, rest ...*n.Node) (found *n.Node, err error) {
	t.kind.Name()
//	       ^ calls Kind.Name by a member of the declared type of its receiver
	Second.Name()
//	       ^ calls Kind.Name
	t.each(1).Visit()
//	          ^ calls Node.Visit
//	  ^ !calls Tree.each
	t.inner.first.Visit()
//	              ^ calls Node.Visit
	rest[0].Next().Visit()
//	        ^ calls Node.Next
//	               ^ calls Node.Visit
	client.Visit()
//	       ^ calls Visitor.Visit
	one, err := n.New()
//	              ^ calls New
	one.Visit()
//	    ^ calls Node.Visit
	err.Visit()
//	    ^ !calls *
	for name, list := range renamed.Any() {
//	                                ^ calls Any
		name.Visit()
//		     ^ !calls *
		for _, each := range list { each.Visit() }
//		                                 ^ calls Node.Visit
	}
	walk := func() *n.Node { return one }
	walk().Visit()
//	       ^ calls Node.Visit
//	^ !calls Tree.walk
	return found, nil
}
func (t *Tree) embeds() { t.Visit() }
//                          ^ calls Node.Visit by a member of a base of its receiver's type
func all(trees Trees, found map[*n.Node]bool, more chan *Tree, some any) {
	trees[0].walk(nil)
//	         ^ calls Tree.walk
	for key := range found { key.Visit() }
//	                             ^ calls Node.Visit
	for tree := range more { tree.walk(nil) }
//	                              ^ calls Tree.walk
	if tree, ok := some.(*Tree); ok { tree.walk(nil) }
//	                                       ^ calls Tree.walk
	switch got := some.(type) {
	case *Tree:
		got.walk(nil)
//		    ^ calls Tree.walk
	case Kind, *n.Node:
		got.Visit()
//		    ^ !calls *
	case Visitor:
		got.Visit()
//		    ^ calls Visitor.Visit
	}
	Kind(3).Name()
//	        ^ calls Kind.Name
//	^ !calls Kind
//	^ references Kind
	for _, each := range []struct{ tree *Tree }{{tree: trees[0]}} { each.tree.walk(nil) }
//	                                                                          ^ calls Tree.walk
	list := append(trees, &Tree{kind: First})
//	                            ^ references Tree.kind
	list[0].walk(nil)
//	        ^ calls Tree.walk
	type local struct{ tree *Tree }
	local{}.tree.walk(nil)
//	             ^ calls Tree.walk
}
func plain() { _ = []struct{ first int }{{first: 1}} }
//                                        ^ !references *
func first[T Visitor](list []T) { list[0].Visit() }
//                                        ^ calls Visitor.Visit
func typed() { first[*n.Node](nil) }
//             ^ calls first
//- stack_test.go
package app_test
import "example.com/app"
//< imports stack.go
var kind = app.First
//             ^ references First
//- held/held.go
package held
import "sync/atomic"
type table[K comparable] struct{}
func (t *table[K]) add(n int) {}
type Held[K comparable] struct {
	table atomic.Pointer[table[K]]
}
func (h *Held[K]) grow() {
	t := h.table.Load()
	t.add(1)
//    ^ calls table.add by a member of the declared type of its receiver
	h.table.Swap(t).add(2)
//                  ^ calls table.add by a member of the declared type of its receiver
	h.table.Store(t)
}
