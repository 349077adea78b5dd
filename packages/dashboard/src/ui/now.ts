import { readonly, ref } from "vue";

const current = ref(Date.now());
setInterval(() => {
	current.value = Date.now();
}, 1000);

/** The time, ms since the epoch, new every second: one timer for all ages and countdowns on the page. */
export const now = readonly(current);
