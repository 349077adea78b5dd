import { type Ref, ref, watch } from "vue";
import { type NoticeRules, readRules } from "./rules.ts";

const storageKey = "livekeeper.notices";

/** The rules of this browser, the same in all its tabs. */
export const noticeRules: Ref<NoticeRules> = ref(readRules(localStorage.getItem(storageKey)));

watch(noticeRules, (rules) => {
	const text = JSON.stringify(rules);
	// What another tab has stored is not stored again.
	if (text !== localStorage.getItem(storageKey)) localStorage.setItem(storageKey, text);
});
addEventListener("storage", ({ key, newValue }) => {
	if (key === storageKey || key === null) noticeRules.value = readRules(newValue);
});
