import { apiOperations } from "./api-operations.ts";
import { apiRooms } from "./api-rooms.ts";
import { apiSettings } from "./api-settings.ts";
import type { Text } from "./text.ts";

const chinese = new Map(Object.entries({ ...apiOperations, ...apiRooms, ...apiSettings }));

/** What has a translation: no more than the description holds. */
export const apiSentences: readonly string[] = [...chinese.keys()];

/** A sentence of the API's description. Routes and schemas hold the English, where it is a part of what they declare. */
export function apiText(en: string): Text {
	return { en, zh: chinese.get(en) ?? en };
}
