// Imports of TypeScript: paths of tsconfig.json, workspaces, exports and imports of packages, sources of what is built.
//: exact imports
//- package.json
{ "name": "root", "workspaces": ["packages/*"] }
//- tsconfig.base.json
{
  // comments are allowed
  "compilerOptions": { "paths": { "@/*": ["./app/*"], "exact": ["./app/exact"], }, },
}
//- app/tsconfig.json
{ "extends": "../tsconfig.base.json", "compilerOptions": { "baseUrl": "." } }
//- app/exact.ts
export const exact = 1;
//- app/util/index.tsx
export const util = 1;
//- app/data.json
{}
//- app/main.ts
import "exact";
//< imports app/exact.ts
import { util } from "@/util";
//< imports app/util/index.tsx
import "@/missing";
//< imports missing @/missing
import "util/index";
//< imports app/util/index.tsx
import data from "./data.json";
//< imports app/data.json
import { one } from "@scope/one";
//< imports packages/one/src/index.ts
import "@scope/one/sub";
//< imports packages/one/src/sub.ts
import "@scope/one/deep/thing";
//< imports packages/one/src/deep/thing.ts
import "@scope/one/nowhere";
//< imports missing @scope/one/nowhere
import "two";
//< imports packages/two/lib/start.js
import "@scope/other";
//< imports external @scope/other
import fs from "fs";
//< imports external fs
const lazy = () => import(/* chunk: "exact" */ "./exact");
//< imports app/exact.ts
//- packages/one/package.json
{
  "name": "@scope/one", "main": "dist/index.js", "imports": { "#private/*": "./src/*.ts" },
  "exports": {
    ".": { "types": "./dist/index.d.ts", "import": "./dist/index.mjs" },
    "./sub": "./dist/sub.js", "./deep/*": { "default": "./dist/deep/*.js" },
  }
}
//- packages/one/src/index.ts
export const one = 1;
import "#private/sub";
//< imports packages/one/src/sub.ts
import "@scope/one/sub";
//< imports packages/one/src/sub.ts
//- packages/one/src/sub.ts
export const sub = 1;
//- packages/one/src/deep/thing.ts
export const thing = 1;
//- packages/two/package.json
{ "name": "two", "main": "lib/start" }
//- packages/two/lib/start.js
exports.two = 2;
//- packages/two/test/one.js
const one = require("..");
//< imports packages/two/lib/start.js
//- packages/store/package.json
{ "name": "@scope/store", "main": "index.js", "exports": { ".": { "import": "./dist/store.mjs", "require": "./index.js" } } }
//- packages/store/index.js
module.exports = require('./dist/store.cjs');
//< imports packages/store/src/index.ts
//- packages/store/src/index.ts
export function defineStore() {}
//- packages/store/test/types.ts
import { defineStore } from '../dist/store';
//< imports packages/store/src/index.ts
defineStore();
//< calls packages/store/src/index.defineStore
//- packages/user/package.json
{ "name": "user", "dependencies": { "@scope/store": "*" } }
//- packages/user/index.ts
import { defineStore } from '@scope/store';
//< imports packages/store/src/index.ts
defineStore();
//< calls packages/store/src/index.defineStore
