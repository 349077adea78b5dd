import { type Ref, ref, watch } from "vue";
import { type NoticeRules, readRules } from "./rules.ts";

const storageKey = "livekeeper.notices";

/** The rules of this browser, shared by all its tabs. */
export const noticeRules: Ref<NoticeRules> = ref(readRules(localStorage.getItem(storageKey)));

watch(noticeRules, (rules) => {
	const text = JSON.stringify(rules);
	// Rules that another tab has stored are not stored again.
	if (text !== localStorage.getItem(storageKey)) localStorage.setItem(storageKey, text);
});
addEventListener("storage", ({ key, newValue }) => {
	if (key === storageKey || key === null) noticeRules.value = readRules(newValue);
});
