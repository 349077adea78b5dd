import { createI18n } from "vue-i18n";
import { en } from "./en.ts";
import { type Messages, zh } from "./zh.ts";

export type Locale = "zh" | "en";

const storageKey = "livekeeper.locale";

/**
 * Returns the language chosen earlier, otherwise the browser's preference: Chinese for any Chinese, English otherwise.
 */
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
 * vue-i18n creates a formatter for each number without a named format, which costs more than the rest of a row. A
 * cached formatter gives the same result.
 */
const numbers: Record<Locale, Intl.NumberFormat> = { zh: new Intl.NumberFormat("zh"), en: new Intl.NumberFormat("en") };
const formatted: (value: number, format: Intl.NumberFormatOptions) => string = i18n.global.n.bind(i18n.global);
Object.assign(i18n.global, {
	n: (value: number, format?: Intl.NumberFormatOptions) =>
		format ? formatted(value, format) : numbers[i18n.global.locale.value].format(value),
});

/** Changes the language of the whole page and of the service's answers to it. */
export function setLocale(locale: Locale): void {
	i18n.global.locale.value = locale;
	localStorage.setItem(storageKey, locale);
	document.documentElement.lang = locale === "zh" ? "zh-CN" : "en";
}
