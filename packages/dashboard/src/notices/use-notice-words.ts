import type { Room, RoomEvent } from "@livekeeper/client";
import { useI18n } from "vue-i18n";
import { nameOf } from "../rooms/room-order.ts";
import { safeText } from "../text/safe-text.ts";

const bodyChars = 200;

/** Formats the notice of an event as plain text. */
export function useNoticeWords() {
	const { t, te, n } = useI18n();
	const typeWord = (type: string) => (te(`room.type.${type}`) ? t(`room.type.${type}`) : type);

	function bodyOf(event: RoomEvent): string {
		const name = safeText(event.user?.nickname ?? "", 30);
		switch (event.type) {
			case "gift": {
				const gift = safeText(event.gift_name, 40) || `#${event.gift_id}`;
				const values = { name, gift, n: n(event.delta), diamonds: n(event.diamonds) };
				return t("settings.notices.gift", values, event.diamonds);
			}
			case "broadcast_started":
				return [t("settings.targets.stateWord.live"), safeText(event.title, 120)].filter(Boolean).join(" · ");
			case "broadcast_ended":
				return t("settings.targets.stateWord.ended");
			case "connection":
				return te(`rooms.state.${event.state}`) ? t(`rooms.state.${event.state}`) : safeText(event.state, 40);
			case "gap":
				return t("settings.notices.gap");
			case "gifts_withheld":
				return t("room.feed.withheld", { n: n(event.diamonds_missing) }, event.diamonds_missing);
			default: {
				const content =
					"content" in event && typeof event.content === "string" ? safeText(event.content, bodyChars) : "";
				const text = content || typeWord(event.type);
				return name === "" ? text : t("settings.notices.said", { name, text });
			}
		}
	}

	return {
		titleOf: (room: Room | undefined, liveId: string) => safeText(room ? nameOf(room) : liveId, 40),
		bodyOf,
		rest: (count: number) => t("settings.notices.rest", { n: n(count) }, count),
	};
}
