// Scripts in files of Vue and Svelte are modules, with the lines that they have there.
//- src/log.ts
export function log() {}
//- src/Child.vue
<template><p @click="go">{{ name }}</p></template>
<script setup lang="ts">
import { log } from "./log";
//< imports src/log.ts
import Other from "./Other.svelte";
//< imports src/Other.svelte
function go(): void { log(); }
//       ^ defines Function go@src/Child.vue
//                    ^ calls log from go
</script>
//- src/Other.svelte
<script context="module">
  export const shared = () => 1;
</script>
<script>
  import { log } from "./log.js";
//< imports src/log.ts
  shared(); log();
//^ calls shared
//          ^ calls log
</script>
<button on:click={log}>x</button>
