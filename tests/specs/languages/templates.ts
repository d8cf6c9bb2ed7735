// Templates of Vue and Svelte use names of the script; Nuxt brings components and composables in without an import.
//- package.json
{"name": "app", "dependencies": {"nuxt": "4"}}
//- components/base/BaseButton.vue
<template><button /></template>
//- components/base/Icon.vue
<template><i /></template>
//- composables/deep/pages.ts
export function usePages() {}
//- utils/unused.ts
export function neverNamed() {}
//- src/log.ts
export function log(text: string) {}
export const level = 1;
//- src/Child.vue
<template><p /></template>
//- src/Page.vue
<script setup lang="ts">
import { level, log } from "./log";
//< imports src/log.ts
import Child from "./Child.vue";
//< imports src/Child.vue
function go(): void {}
//       ^ defines Function go@src/Page.vue
const rows = [1];
const pages = usePages();
//            ^ calls usePages from pages
</script>
<template>
  <BaseButton :title="level" @click="go()" />
//^ imports components/base/BaseButton.vue
//                    ^ references level
//                                   ^ calls go
  <base-icon /> <NuxtLink /> <not-here />
//^ imports components/base/Icon.vue
  <li v-for="log in rows">{{ usePages('log(1)') }} {{ { level: log } }}</li>
//                           ^ calls usePages
  <!-- <BaseButton @click="go()" /> -->
</template>
<style>.log(1) { }</style>
//- src/Wide.svelte
<script>
  import { log } from "./log";
//< imports src/log.ts
  let xs = [1];
  function close() {}
//         ^ defines Function close@src/Wide.svelte
</script>
{#each xs as row}<button on:click={() => close(row)}>{log("x")}</button>{/each}
//                                       ^ calls close
//                                                    ^ calls log
