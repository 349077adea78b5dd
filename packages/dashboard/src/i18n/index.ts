import { createI18n } from "vue-i18n";
import { en } from "./en.ts";
import { zh } from "./zh.ts";

export type Messages = typeof zh;
export type Locale = "zh" | "en";

const storageKey = "livekeeper.locale";

/** What was chosen before, else what the browser prefers: Chinese for any Chinese, English otherwise. */
export function initialLocale(): Locale {
	const chosen = localStorage.getItem(storageKey);
	if (chosen === "zh" || chosen === "en") return chosen;
	return navigator.languages.some((language) => language.toLowerCase().startsWith("zh")) ? "zh" : "en";
}

export const i18n = createI18n<[Messages], Locale, false>({
	legacy: false,
	locale: initialLocale(),
	fallbackLocale: "zh",
	messages: { zh, en },
});

/** Changes the language of everything on the page, and of what the service says to it. */
export function setLocale(locale: Locale): void {
	i18n.global.locale.value = locale;
	localStorage.setItem(storageKey, locale);
	document.documentElement.lang = locale === "zh" ? "zh-CN" : "en";
}
