// Swift: targets with the code below their folders, in the package or where `path` says, and what they depend on.
//: exact builds linksAgainst requires
//- Package.swift
import PackageDescription
let package = Package(
  name: "shop",
  products: [
    .library(name: "Shop", targets: ["Shop"]),
    .plugin(name: "Format", targets: ["Format"]),
  ],
  dependencies: [
    .package(url: "git@github.com:apple/swift-log.git", exact: "1.4.0"),
//< requires swift/github.com/apple/swift-log exact 1.4.0
    .package(url: "git@github.com:quick/Nimble", .upToNextMajor(from: "9.0.0")),
//< requires swift/github.com/quick/Nimble .upToNextMajor(from: 9.0.0) as test
    .package(path: "tools/paint"),
  ],
  targets: [
    .target(
//< builds Sources/Shop/Cart.swift
//< builds Sources/Shop/deep/fast.c
//< linksAgainst Prices
//< linksAgainst Paint
      name: "Shop",
      dependencies: [
        "Prices",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Paint", package: "paint"),
        .product(name: "Unknown", package: "paint"),
      ]),
    .target(name: "Prices", path: "Other", exclude: ["Old", "Notes.swift"], sources: ["Tax.swift", "Old", "New"]),
//< builds Other/Tax.swift
//< builds Other/New/Rate.swift
    .executableTarget(name: "cli", dependencies: [.target(name: "Shop", condition: .when(platforms: [.linux]))]),
//< builds Sources/cli/main.swift
//< linksAgainst Shop
    .plugin(name: "Format", capability: .command(intent: .sourceCodeFormatting())),
//< builds Plugins/Format/Format.swift
  ]
)
package.targets.append(.testTarget(name: "ShopTests", dependencies: ["cli", .product(name: "Nimble", package: "Nimble")]))
//< builds Tests/ShopTests/CartTests.swift
//< linksAgainst cli
//- Sources/Shop/Cart.swift
//- Sources/Shop/deep/fast.c
//- Sources/Shop/notes.md
//- Other/Tax.swift
//- Other/Notes.swift
//- Other/Old/Rate.swift
//- Other/New/Rate.swift
//- Sources/cli/main.swift
//- Plugins/Format/Format.swift
//- Tests/ShopTests/CartTests.swift
//- tools/paint/Package.swift
let package = Package(name: "paint", targets: [.target(name: "Paint", path: ".")])
//< builds tools/paint/Package.swift
//< builds tools/paint/Paint.swift
//- tools/paint/Paint.swift
