// Swift: a module belongs to the package that a target takes a product of that name from, else to the one that is called
// like it.
//: exact providedBy
//- Package.swift
let package = Package(
  name: "shop",
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio.git", "2.0.0"..<"3.0.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.0.0"),
    .package(url: "https://github.com/a/Twin", from: "1.0.0"), .package(url: "https://github.com/b/twin", from: "1.0.0"),
  ],
  targets: [.target(name: "Shop", dependencies: [.product(name: "NIOCore", package: "swift-nio")])]
)
//- Sources/Shop/Cart.swift
import NIOCore
//     ^ providedBy swift/github.com/apple/swift-nio
import ArgumentParser
//     ^ providedBy swift/github.com/apple/swift-argument-parser
import NIOPosix
//     ^ !providedBy *
import Twin
//     ^ !providedBy *
