// Go: a type implements an interface by having its methods, those of what it embeds included.
//: text only: no compiler of Go is at hand
//- go.mod
module example.com/app
//- shape/shape.go
package shape
import "io"
type Point struct{}
type Shape interface {
	io.Closer
	Draw(at *Point, names ...string) (bool, error)
}
type hidden interface { hide() }
type Number interface { ~int; String() string }
type Unknown interface { io.RuneScanner; Draw() }
//- round/round.go
package round
import s "example.com/app/shape"
type base struct{}
func (b base) Close() error { return nil }
//            ^ !overrides *
type Circle struct { base }
//   ^ inherits Shape by it has all methods of the interface
//   ^ !inherits Unknown
func (c *Circle) Draw(p *s.Point, n ...string) (bool, error) { return false, nil }
//               ^ overrides Shape.Draw by it has all methods of the interface
func (c *Circle) hide() {}
func (c *Circle) String() string { return "" }
//               ^ !overrides *
type Square struct { base }
//   ^ !inherits Shape
func (c *Square) Draw(p *Point, n ...string) (bool, error) { return false, nil }
type Point struct{}
func Draw() {}
func (c *Square) again() { Draw() }
//                         ^ calls Draw
//- web/web.go
package web
import "net/http"
import "example.com/app/shape"
import "example.com/other"
type Router interface { http.Handler; Route(path string) }
type Mux struct{}
//   ^ inherits Router by it has all methods of the interface
func (m *Mux) ServeHTTP(w http.ResponseWriter, r *http.Request) {}
func (m *Mux) Route(path string) {}
//            ^ overrides Router.Route by it has all methods of the interface
type Extended interface { other.Thing; Run() }
type One struct{}
//   ^ inherits Extended by it has all methods of the interface
func (o *One) Run() {}
//            ^ overrides Extended.Run by it has all methods of the interface
type Two struct{}
//   ^ inherits Extended by it has all methods of the interface
type Three struct{}
//   ^ !inherits *
func (t *Three) Run() {}
var _ Extended = &One{}
var _ Extended = (*Two)(nil)
var _ other.Thing = &Three{}
var stored Extended = &Two{}
//- wrap/wrap.go
package wrap
import "net/http"
import "example.com/other"
type Writer interface { http.ResponseWriter; Status() int }
type basic struct { http.ResponseWriter; code int }
//   ^ inherits Writer by it has all methods of the interface
func (b *basic) WriteHeader(code int) {}
func (b *basic) Status() int { return b.code }
//              ^ overrides Writer.Status by it has all methods of the interface
type fancy struct { basic }
//   ^ inherits Writer by it has all methods of the interface
type short struct { http.ResponseWriter }
//   ^ !inherits *
type Wide interface { other.Thing; Run() }
type same struct { other.Thing }
//   ^ inherits Wide by it has all methods of the interface
func (s same) Run() {}
type unlike struct { other.Item }
//   ^ !inherits *
func (s unlike) Run() {}
//- held/held.go
package held
type Ring[T any] struct { all []T }
type Holder interface { Held() *Ring[string] }
type Own struct{}
//   ^ inherits Holder by it has all methods of the interface
func (o *Own) Held() *Ring[string] { return nil }
//            ^ overrides Holder.Held by it has all methods of the interface
type Other struct{}
//   ^ !inherits *
func (o *Other) Held() *Ring[int] { return nil }
type Open[T any] struct{}
//   ^ !inherits *
func (o *Open[T]) Held() *Ring[T] { return nil }
