import { z } from 'zod';
import { OrgRole, Scope } from './roles.ts';

/** Half surrogates become U+FFFD here, because `jsonb` in the audit refuses them. */
const Name = z
  .string()
  .overwrite((text) => text.toWellFormed())
  .trim()
  .min(1)
  .max(120);
const Time = z.iso.datetime();
const Email = z.email().max(320);

export const Setup = z.object({
  ownerExists: z.boolean(),
  signUp: z.enum(['open', 'invited']),
  google: z.boolean().describe('Whether signing in with Google is set up'),
  version: z.string(),
});
export type Setup = z.infer<typeof Setup>;

export const Me = z.object({
  user: z.object({ id: z.uuid(), email: z.string() }),
  orgs: z.array(z.object({ id: z.uuid(), name: z.string(), role: OrgRole })).describe('Oldest membership first'),
  current: z
    .object({ orgId: z.uuid(), role: OrgRole, scopes: z.array(Scope) })
    .nullable()
    .describe('What this request may do; null before one belongs to an organisation'),
});
export type Me = z.infer<typeof Me>;

export const NewOrg = z.strictObject({
  name: Name,
  onlyFirst: z.boolean().optional().describe('Refuse with 409 when this installation has an owner already'),
});
export type NewOrg = z.infer<typeof NewOrg>;

export const OrgChange = z.strictObject({ name: Name });
export type OrgChange = z.infer<typeof OrgChange>;

export const OrgRemoval = z.strictObject({
  confirmName: z.string().describe("The organisation's name, typed by whoever deletes it"),
});
export type OrgRemoval = z.infer<typeof OrgRemoval>;

export const Org = z.object({
  id: z.uuid(),
  name: z.string(),
  storageLimitBytes: z.number().nullable().describe('null: the disk is the limit'),
  createdAt: Time,
});
export type Org = z.infer<typeof Org>;

export const Usage = z.object({
  storageBytes: z.number().describe('Originals of all items'),
  storageLimitBytes: z.number().nullable(),
  itemCount: z.number().int(),
  byKind: z
    .array(
      z.object({
        kind: z.string(),
        adapter: z.string().nullable(),
        quantity: z.number(),
        unit: z.string(),
        costUsd: z.number(),
      }),
    )
    .describe('The last 30 days'),
});
export type Usage = z.infer<typeof Usage>;

export const Member = z.object({
  userId: z.uuid(),
  email: z.string(),
  displayName: z.string().nullable(),
  role: OrgRole,
  createdAt: Time,
});
export type Member = z.infer<typeof Member>;

export const MemberChange = z.strictObject({ role: OrgRole });
export type MemberChange = z.infer<typeof MemberChange>;

export const NewInvitation = z.strictObject({
  role: OrgRole,
  email: Email.optional().describe('When given, only this address can accept'),
  expiresInDays: z.number().int().min(1).max(90).default(7),
});
export type NewInvitation = z.infer<typeof NewInvitation>;

export const Invitation = z.object({
  id: z.uuid(),
  role: OrgRole,
  email: z.string().nullable(),
  createdAt: Time,
  expiresAt: Time,
  acceptedAt: Time.nullable(),
  revokedAt: Time.nullable(),
});
export type Invitation = z.infer<typeof Invitation>;

/** The only answer that has the token. */
export const MadeInvitation = Invitation.pick({ id: true, role: true, email: true, expiresAt: true }).extend({
  token: z.string(),
  path: z.string().describe("Where the link leads on the web's own origin"),
});
export type MadeInvitation = z.infer<typeof MadeInvitation>;

export const InvitationToken = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
export const InvitationAnswer = z.strictObject({ token: InvitationToken });
export const InvitationPreview = z.object({ orgName: z.string(), role: OrgRole, email: z.string().nullable() });
export type InvitationPreview = z.infer<typeof InvitationPreview>;
export const Joined = z.object({ orgId: z.uuid(), role: OrgRole });
export type Joined = z.infer<typeof Joined>;

export const NewKey = z.strictObject({
  name: Name,
  scopes: z.array(Scope).min(1),
  expiresAt: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('RFC 3339. Without it the key works until it is revoked'),
});
export type NewKey = z.infer<typeof NewKey>;

export const ApiKey = z.object({
  id: z.uuid(),
  name: z.string(),
  prefix: z.string(),
  scopes: z.array(Scope),
  createdBy: z.uuid(),
  createdAt: Time,
  expiresAt: Time.nullable(),
  lastUsedAt: Time.nullable().describe('Exact to a minute'),
  revokedAt: Time.nullable(),
});
export type ApiKey = z.infer<typeof ApiKey>;

/** The only answer that has the key. */
export const MadeKey = ApiKey.extend({ key: z.string() });
export type MadeKey = z.infer<typeof MadeKey>;

export const CatalogueKind = z.enum(['transcriber', 'model', 'embedder', 'source', 'notifier', 'exporter']);
export type CatalogueKind = z.infer<typeof CatalogueKind>;

const JsonObject = z.record(z.string(), z.unknown());

export const CatalogueEntry = z.object({
  kind: CatalogueKind,
  id: z.string(),
  label: z.string(),
  description: z.string(),
  limits: JsonObject,
  settingsSchema: JsonObject.describe('JSON Schema 2020-12; empty when there is nothing to set'),
  credentialsSchema: JsonObject.describe('JSON Schema 2020-12; empty when no secret is needed'),
});
export type CatalogueEntry = z.infer<typeof CatalogueEntry>;

export const NewCredential = z.strictObject({
  kind: CatalogueKind,
  adapter: z.string().min(1).max(100).describe('Id of a catalogue entry of this kind'),
  label: Name,
  settings: JsonObject.default({}),
  secret: JsonObject.default({}).describe('Stored encrypted, never shown again'),
});
export type NewCredential = z.infer<typeof NewCredential>;

export const CredentialChange = z.strictObject({
  label: Name.optional(),
  settings: JsonObject.optional(),
  secret: JsonObject.optional(),
  position: z.number().int().min(0).max(10_000).optional().describe('The lowest enabled one of a kind is used first'),
  enabled: z.boolean().optional(),
});
export type CredentialChange = z.infer<typeof CredentialChange>;

export const Credential = z.object({
  id: z.uuid(),
  kind: CatalogueKind,
  adapter: z.string(),
  label: z.string(),
  settings: JsonObject,
  hasSecret: z.boolean(),
  position: z.number().int(),
  enabled: z.boolean(),
  createdAt: Time,
});
export type Credential = z.infer<typeof Credential>;

export const AuditEntry = z.object({
  id: z.number().int(),
  actorKind: z.enum(['user', 'key', 'system']),
  actorUserId: z.uuid().nullable(),
  action: z.string().describe('capability.verb-noun'),
  subjectKind: z.string(),
  subjectId: z.string(),
  details: JsonObject,
  createdAt: Time,
});
export type AuditEntry = z.infer<typeof AuditEntry>;
