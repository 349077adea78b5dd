import { useI18n } from "vue-i18n";

/** Formats times in the page's language. */
export function useDate() {
	const { locale } = useI18n();
	return {
		/** @param at ms since the epoch */
		date: (at: number) =>
			new Date(at).toLocaleString(locale.value === "zh" ? "zh-CN" : "en-GB", {
				dateStyle: "medium",
				timeStyle: "short",
			}),
		/** Formats the time of day to the second. @param at ms since the epoch */
		time: (at: number) => new Date(at).toLocaleTimeString("en-GB"),
	};
}
