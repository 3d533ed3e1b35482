import type { SourceInfo } from '@nexus/shared/listening';
import type { I18n } from '#lib/platform/i18n.ts';
import { fieldsOf, type SchemaField } from '#lib/platform/schema-fields.ts';

/** The settings of a source as fields: with words for their names where there are some, addresses of the service itself folded away. */
export function sourceFieldsOf(
  { settingsSchema }: Pick<SourceInfo, 'settingsSchema'>,
  { t, has }: Pick<I18n, 't' | 'has'>,
): SchemaField[] {
  return fieldsOf(settingsSchema, false).map((field) => {
    const key = `listening.setting.${field.name}`;
    const isOfService = field.input === 'url' && field.fallback !== undefined;
    return { ...field, label: has(key) ? t(key) : field.label, isMinor: field.isMinor || isOfService };
  });
}
