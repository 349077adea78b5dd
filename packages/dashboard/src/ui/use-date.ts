import { useI18n } from "vue-i18n";

/** Formats times in the page's language. */
export function useDate() {
	const { locale } = useI18n();
	const formatOf = () =>
		new Intl.DateTimeFormat(locale.value === "zh" ? "zh-CN" : "en-GB", { dateStyle: "medium", timeStyle: "short" });
	return {
		/** @param at ms since the epoch */
		date: (at: number) => formatOf().format(at),
		/** Formats a period, with the date once if it is the same. @param from @param to ms since the epoch */
		period: (from: number, to: number) => formatOf().formatRange(from, to),
		/** Formats the time of day to the second. @param at ms since the epoch */
		time: (at: number) => new Date(at).toLocaleTimeString("en-GB"),
	};
}
