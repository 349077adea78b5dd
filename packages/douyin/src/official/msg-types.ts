/** Kinds of data that the open platform pushes, by its own names. */
export const officialTypes = ["live_comment", "live_gift", "live_like", "live_fansclub"] as const;
export type OfficialType = (typeof officialTypes)[number];

/** Kinds whose failed deliveries the platform keeps, so that they can be looked up. */
export const lookedUpTypes: readonly OfficialType[] = ["live_gift", "live_fansclub"];

export function isOfficialType(text: unknown): text is OfficialType {
	return officialTypes.some((type) => type === text);
}
