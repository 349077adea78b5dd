import { useI18n } from "vue-i18n";

/** Returns the name of a reason; one from a newer service is shown as its code. */
export function useReason(): (code: string) => string {
	const { t, te } = useI18n();
	return (code) => (te(`room.reason.${code}`) ? t(`room.reason.${code}`) : code);
}
