import { useI18n } from "vue-i18n";

/** Formats a duration in words. */
export function useLength(): (ms: number) => string {
	const { t, n } = useI18n();
	return (ms) => {
		const seconds = Math.round(ms / 1000);
		if (seconds < 60) return t("room.broadcast.seconds", { n: seconds });
		const minutes = Math.round(seconds / 60);
		if (minutes < 60) return t("room.broadcast.minutes", { n: minutes });
		return t("room.broadcast.hours", { h: n(Math.floor(minutes / 60)), m: minutes % 60 });
	};
}
