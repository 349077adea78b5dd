import { useI18n } from "vue-i18n";

/** A moment as the page's language writes it. */
export function useDate() {
	const { locale } = useI18n();
	return {
		/** @param at ms since the epoch */
		date: (at: number) =>
			new Date(at).toLocaleString(locale.value === "zh" ? "zh-CN" : "en-GB", {
				dateStyle: "medium",
				timeStyle: "short",
			}),
		/** To the second, without the day. @param at ms since the epoch */
		time: (at: number) => new Date(at).toLocaleTimeString("en-GB"),
	};
}
