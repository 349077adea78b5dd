import { useI18n } from "vue-i18n";
import { now } from "./now.ts";

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** Formats how long ago a time was, or how soon it will be, in words. */
export function useAge() {
	const { t } = useI18n();
	return {
		/** @param at ms since the epoch */
		ago(at: number | null): string {
			if (at === null) return t("shell.ago.never");
			const seconds = Math.max(0, Math.round((now.value - at) / 1000));
			if (seconds < 1) return t("shell.ago.now");
			if (seconds < minute) return t("shell.ago.seconds", { n: seconds });
			if (seconds < hour) return t("shell.ago.minutes", { n: Math.floor(seconds / minute) });
			if (seconds < day) return t("shell.ago.hours", { n: Math.floor(seconds / hour) });
			return t("shell.ago.days", { n: Math.floor(seconds / day) });
		},
		/**
		 * @param at ms since the epoch
		 * @returns `undefined` if that time has passed
		 */
		until(at: number): string | undefined {
			const seconds = Math.ceil((at - now.value) / 1000);
			if (seconds <= 0) return undefined;
			if (seconds < 2 * minute) return t("shell.in.seconds", { n: seconds });
			if (seconds < 2 * hour) return t("shell.in.minutes", { n: Math.round(seconds / minute) });
			return t("shell.in.hours", { n: Math.round(seconds / hour) });
		},
	};
}
