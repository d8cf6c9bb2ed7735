// A file needs the files whose declarations it uses, also where no import leads to them.
//: exact needs
//- go.mod
module ex.com/m
//- util/a.go
package util
type Item struct { Next *Item }
func Make() *Item { return other() }
//< needs util/b.go
//- util/b.go
package util
func other() *Item { return nil }
//< needs util/a.go
type Runner interface { Run() }
//- util/c.go
package util
type Fast struct{}
func (Fast) Run() {}
//   ^ overrides ex.com/m/util.Runner.Run
//- main.go
package main
import "ex.com/m/util"
//< imports util/a.go
func main() { util.Make() }
//- java/a/Base.java
package a;
public class Base { }
//- java/a/Derived.java
package a;
class Derived extends Base { }
//< needs java/a/Base.java
//- java/b/User.java
package b;
import a.Base;
//< imports java/a/Base.java
class User { Base base; }
//- py/one.py
class One: pass
//- py/two.py
import one
//- cs/A.cs
namespace N;
class A { }
//- cs/B.cs
namespace N;
class B : A { }
//< needs cs/A.cs
//- ts/index.ts
export * from './deep';
//< imports ts/deep.ts
//- ts/deep.ts
export function deep() {}
//- ts/user.ts
import { deep } from './index';
//< imports ts/index.ts
deep();
//< needs ts/deep.ts
//- php/One.php
<?php
namespace App;
class One {}
//- php/Two.php
<?php
namespace App;
class Two extends One {}
//< needs php/One.php
