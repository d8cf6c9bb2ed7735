// Aliases that Vite's and SvelteKit's configurations spell out lead to files; computed ones are left out.
//: exact imports
//- app/package.json
{"name": "app"}
//- app/vite.config.ts
export default defineConfig({
  resolve: {
    alias: {
      api: fileURLToPath(new URL("./source/api", import.meta.url)),
      "@lib": path.resolve(__dirname, "source", "lib"),
      "%": "/source",
      "~/": `${path.resolve(__dirname, "source")}/`,
      other: computed("./source/api"),
    },
  },
});
//- app/source/api/load.ts
export function load() {}
//- app/source/lib/index.ts
export const all = 1;
//- app/source/main.ts
import { load } from "api/load";
//< imports app/source/api/load.ts
import { all } from "@lib";
//< imports app/source/lib/index.ts
import { load as again } from "%/api/load";
//< imports app/source/api/load.ts
import { gone } from "@lib/gone";
//< imports missing @lib/gone
import { load as third } from "other/load";
//< imports external other/load
import { load as fourth } from "~/api/load";
//< imports app/source/api/load.ts
load();
//< calls app/source/api/load.load
//- site/vite.config.mjs
export default { resolve: { alias: [{ find: "~parts", replacement: resolve("src/parts") }] } };
//- site/src/parts/one.js
export const one = 1;
//- site/src/main.js
import { one } from "~parts/one";
//< imports site/src/parts/one.js
//- kit/svelte.config.js
export default { kit: { alias: { $parts: "src/parts", "$deep/*": "src/deep/*" } } };
//- kit/src/parts/two.js
export const two = 2;
//- kit/src/deep/three.js
export const three = 3;
//- kit/src/main.js
import { two } from "$parts/two";
//< imports kit/src/parts/two.js
import { three } from "$deep/three";
//< imports kit/src/deep/three.js
//- kit/other.js
export default { resolve: { alias: { two: "./src/parts/two" } } };
import "two";
//< imports external two
