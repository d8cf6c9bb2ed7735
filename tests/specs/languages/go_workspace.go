// Modules of a workspace (`go.work`) import each other by their own names, wherever their folders are.
//- go.work
go 1.22

use (
	./app
	./libs/shape
)
//- app/go.mod
module example.com/app

require example.com/shape v1.0.0
//- app/main.go
package main

import "example.com/shape/area"
//< imports libs/shape/area/area.go

func main() { area.Of() }
//                 ^ calls example.com/shape/area.Of

//- libs/shape/go.mod
module example.com/shape
//- libs/shape/area/area.go
package area

func Of() {}
