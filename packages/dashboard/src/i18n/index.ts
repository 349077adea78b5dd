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

/**
 * vue-i18n makes a formatter for each number that names no format, which takes longer than all else of a row. A number is
 * written as that would be, by a formatter that is kept.
 */
const numbers: Record<Locale, Intl.NumberFormat> = { zh: new Intl.NumberFormat("zh"), en: new Intl.NumberFormat("en") };
const formatted: (value: number, format: Intl.NumberFormatOptions) => string = i18n.global.n.bind(i18n.global);
Object.assign(i18n.global, {
	n: (value: number, format?: Intl.NumberFormatOptions) =>
		format ? formatted(value, format) : numbers[i18n.global.locale.value].format(value),
});

/** Changes the language of everything on the page, and of what the service says to it. */
export function setLocale(locale: Locale): void {
	i18n.global.locale.value = locale;
	localStorage.setItem(storageKey, locale);
	document.documentElement.lang = locale === "zh" ? "zh-CN" : "en";
}
