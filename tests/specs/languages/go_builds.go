// Go: of the variants that builds choose from, a use leads to all that can be in a build with its own file.
//: text only: no compiler of Go is at hand
//- go.mod
module example.com/app
//- open_linux.go
package app
func open() {}
func again() { open() }
//             ^ calls open@open_linux.go
//             ^ !calls open@open_windows.go
//- open_windows.go
package app
func open() {}
//- use.go
package app
func use() { open() }
//           ^ calls open@open_linux.go by one of the variants that builds choose from
//           ^ calls open@open_windows.go by one of the variants that builds choose from
//- use_unix.go
//go:build !windows && !plan9
package app
func only() { open() }
//            ^ calls open@open_linux.go
//            ^ !calls open@open_windows.go
//- lib/lib_linux.go
package lib
func Open() {}
//- lib/lib_windows.go
package lib
func Open() {}
//- import_linux.go
package app
import "example.com/app/lib"
//< imports lib/lib_linux.go
//< !imports lib/lib_windows.go
func imported() { lib.Open() }
//                    ^ calls Open@lib/lib_linux.go
//- gen.go
//go:build ignore
package main
func help() {}
func main() { help() }
//            ^ calls help@gen.go
//- gen_more.go
//go:build ignore
package main
func help() {}
//- twice/a.go
package main
func twice() {}
//- twice/b.go
package main
func twice() {}
//- twice/c.go
package main
func main() { twice() }
//            ^ !calls *
