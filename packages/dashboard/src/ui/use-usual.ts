import type { UsualStart } from "@livekeeper/client";
import { useI18n } from "vue-i18n";

const dayMs = 86_400_000;
/** Precision of a habit, ms, because it is only approximate. */
const roundMs = 300_000;

/** Formats the time at which a room usually goes live, in this browser's time zone. */
export function useUsual(): (usual: UsualStart) => string {
	const { t, locale } = useI18n();
	return ({ at, every_ms: every }) => {
		const next = Math.round(at / roundMs) * roundMs;
		const language = locale.value === "zh" ? "zh-CN" : "en-GB";
		const time = new Date(next).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
		if (every === dayMs) return t("room.usual.daily", { time });
		const day = new Date(next).toLocaleDateString(language, { weekday: "long" });
		return t("room.usual.weekly", { day, time });
	};
}
