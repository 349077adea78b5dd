import { readonly, ref } from "vue";

const current = ref(Date.now());
setInterval(() => {
	current.value = Date.now();
}, 1000);

/** Current time, ms since the epoch, updated every second. One timer serves all ages and countdowns of the page. */
export const now = readonly(current);
