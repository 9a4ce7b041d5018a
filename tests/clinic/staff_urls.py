"""Who may open what on the staff pages: every URL under /admin/ and /accounts/ by its name, or else by its route.

What a role may not do is answered 403, and a stranger is sent to sign in, so neither stands here.
"""

from typing import NamedTuple

from clinic.moved import MOVED

COORDINATOR, CLINICAL, MANAGER, EDITOR, AUDITOR = ROLES = ("coordinator", "clinical", "manager", "editor", "auditor")
NO_ROLE, SUPERUSER = "no role", "superuser"
ACCOUNTS = (*ROLES, NO_ROLE, SUPERUSER)

# A superuser may do whatever anybody may.
NOBODY: frozenset[str] = frozenset()
ONLY_SUPERUSER = frozenset({SUPERUSER})
ALL_STAFF = frozenset(ACCOUNTS)
FOLLOW_UP = frozenset({COORDINATOR, CLINICAL, MANAGER, SUPERUSER})
SEE_PEOPLE = FOLLOW_UP | {AUDITOR}
SEE_ARTICLES = frozenset({*ROLES, SUPERUSER})
EDIT = frozenset({EDITOR, SUPERUSER})
MANAGE = frozenset({MANAGER, SUPERUSER})
SEE_ACCOUNTS = MANAGE | {AUDITOR}
APPROVE = MANAGE | {CLINICAL}
REVIEW = frozenset({CLINICAL, SUPERUSER})
WRITE_PROFILE = MANAGE | {EDITOR}


class Access(NamedTuple):
    """What comes back, and to whom; an empty POST, so that a form answers with what is missing."""

    get: int
    may_get: frozenset[str]
    post: int
    may_post: frozenset[str]


def verb(who: frozenset[str], *, get: int = 302, post: int = 302) -> Access:
    """A button: opened by hand it leads back to its page."""
    return Access(get, who, post, who)


def stock(
    model: str,
    *,
    see: frozenset[str],
    add: frozenset[str] = NOBODY,
    change: frozenset[str] = NOBODY,
    delete: frozenset[str] = NOBODY,
    history: int = 200,
) -> dict[str, Access]:
    """The pages that Django's admin has for every model."""
    return {
        f"admin:{model}_changelist": Access(200, see, 200, see),
        f"admin:{model}_add": Access(200, add, 200, add),
        f"admin:{model}_change": Access(200, see, 200, change),
        f"admin:{model}_delete": Access(200, delete, 200, delete),
        f"admin:{model}_history": Access(history, see, history, see),
        # Leads to the page, which then says no.
        f"admin/{model.replace('_', '/')}/<path:object_id>/": verb(ALL_STAFF),
    }


WRITE_NEWSLETTERS = MANAGE | {EDITOR}
NEWSLETTERS = {
    **stock("newsletters_newsletter", see=SEE_ARTICLES, add=WRITE_NEWSLETTERS),
    "admin:newsletters_newsletter_add": Access(200, WRITE_NEWSLETTERS, 422, WRITE_NEWSLETTERS),
    # A page to be read, whatever is posted to it.
    "admin:newsletters_newsletter_change": Access(200, SEE_ARTICLES, 200, SEE_ARTICLES),
    "admin:newsletters_newsletter_edit": verb(WRITE_NEWSLETTERS, get=200, post=422),
    "admin:newsletters_newsletter_preview": verb(SEE_ARTICLES, get=200, post=200),
    "admin:newsletters_newsletter_mail": verb(SEE_ARTICLES, get=200, post=200),
    # A draft has none.
    "admin:newsletters_newsletter_numbers": verb(SEE_ARTICLES),
    "admin:newsletters_newsletter_recipients": verb(SEE_PEOPLE),
    "admin:newsletters_newsletter_send-again": verb(MANAGE),
    "admin:newsletters_newsletter_numbers-csv": verb(SEE_ARTICLES, get=200, post=200),
    "admin:newsletters_newsletter_digests": verb(SEE_ARTICLES, get=200, post=200),
    **{f"admin:newsletters_newsletter_digest-{name}": verb(MANAGE) for name in ("pause", "resume")},
    "admin:newsletters_newsletter_test": verb(WRITE_NEWSLETTERS),
    # Here it is a draft, which somebody may give up.
    "admin:newsletters_newsletter_cancel": verb(MANAGE),
    "admin:newsletters_newsletter_discard": verb(WRITE_NEWSLETTERS, post=422),
    "admin:newsletters_newsletter_back": verb(WRITE_NEWSLETTERS, post=422),
    # Of which words is not posted.
    "admin:newsletters_newsletter_approve": verb(APPROVE, post=422),
    **{f"admin:newsletters_newsletter_{name}": verb(MANAGE, post=422) for name in ("launch", "take-back")},
    **{f"admin:newsletters_newsletter_{name}": verb(MANAGE, post=422) for name in ("pause", "resume")},
}
LEADS = {
    **stock("enquiries_lead", see=SEE_PEOPLE),
    # A page to be read, whatever is posted to it.
    "admin:enquiries_lead_change": Access(200, SEE_PEOPLE, 200, SEE_PEOPLE),
    "admin:enquiries_lead_history": verb(ALL_STAFF),
    "admin:enquiries_lead_add": verb(FOLLOW_UP, get=200, post=200),
    "admin:enquiries_lead_plan": verb(FOLLOW_UP, post=422),
    "admin:enquiries_lead_snooze": verb(FOLLOW_UP, post=422),
    "admin:enquiries_lead_move": verb(FOLLOW_UP, post=422),
    "admin:enquiries_lead_call": verb(FOLLOW_UP, post=422),
    "admin:enquiries_lead_note": verb(FOLLOW_UP, post=422),
    "admin:enquiries_lead_take-back": verb(FOLLOW_UP, post=422),
    "admin:enquiries_lead_assign": verb(FOLLOW_UP),
    "admin:enquiries_lead_details": verb(FOLLOW_UP),
    "admin:enquiries_lead_accept": verb(FOLLOW_UP, post=422),
    "admin:enquiries_lead_mail": verb(FOLLOW_UP, post=422),
    "admin:enquiries_lead_correct-address": verb(FOLLOW_UP, post=422),
    "admin:enquiries_lead_end-contact": verb(FOLLOW_UP, post=422),
    "admin:enquiries_lead_end-packet": verb(FOLLOW_UP, post=422),
    "admin:enquiries_lead_undo-end": verb(FOLLOW_UP, post=422),
    "admin:enquiries_lead_tags": verb(FOLLOW_UP),
    "admin:enquiries_lead_seen": verb(FOLLOW_UP, post=422),
    "admin:enquiries_lead_call-hours": verb(FOLLOW_UP),
    "admin:enquiries_lead_lift-stop": verb(FOLLOW_UP, post=422),
    # There went one a minute ago.
    "admin:enquiries_lead_resend": verb(FOLLOW_UP, post=422),
    # Which other one is not posted.
    "admin:enquiries_lead_merge": verb(FOLLOW_UP, get=200, post=422),
    "admin:enquiries_lead_unmerge": verb(FOLLOW_UP),
    "admin:enquiries_lead_take-address-off": verb(FOLLOW_UP),
    "admin:enquiries_lead_tell-apart": verb(FOLLOW_UP),
    # Without a choice of leads they lead back to the list.
    "admin:enquiries_lead_bulk-assign": verb(FOLLOW_UP),
    "admin:enquiries_lead_bulk-snooze": verb(FOLLOW_UP),
    "admin:enquiries_lead_bulk-close": verb(FOLLOW_UP),
    "admin:enquiries_lead_bulk-tag": verb(FOLLOW_UP),
    "admin:enquiries_lead_bulk-document": verb(FOLLOW_UP),
    # There was no run yet.
    "admin:enquiries_lead_bulk-run": verb(SEE_PEOPLE, get=404, post=404),
    "admin:enquiries_lead_bulk-undo": verb(FOLLOW_UP, get=404, post=404),
    "admin:enquiries_lead_save-view": verb(SEE_PEOPLE, post=303),
    "admin:enquiries_lead_change-view": verb(SEE_PEOPLE, post=303),
    "admin:enquiries_lead_export": verb(MANAGE, post=200),
    "admin:enquiries_lead_erase": verb(MANAGE, get=200, post=422),
    # What for is not posted, nor a file.
    "admin:enquiries_lead_export-list": verb(MANAGE, get=200, post=422),
    "admin:enquiries_lead_import": verb(MANAGE, get=200, post=422),
    # No such list is held: to the first step.
    "admin:enquiries_lead_import-columns": verb(MANAGE),
    "admin:enquiries_lead_import-sheet": verb(MANAGE),
    "admin:enquiries_lead_import-preview": verb(MANAGE),
    "admin:enquiries_lead_import-result": verb(MANAGE),
    "admin:enquiries_lead_import-undo": verb(MANAGE),
    "admin:enquiries_lead_import-refused": verb(MANAGE),
    "admin:enquiries_lead_erase-address": verb(MANAGE, get=200, post=422),
    # Counts of nobody by name; to be read, whatever is posted.
    **{
        f"admin:enquiries_lead_{page}": verb(SEE_PEOPLE, get=200, post=200)
        for page in (
            "numbers",
            "numbers-sources",
            "numbers-articles",
            "numbers-funnel",
            "numbers-first-answers",
            "numbers-coordinators",
            "numbers-reasons-lost",
        )
    },
}
ENQUIRIES = {
    **stock("enquiries_enquiry", see=SEE_PEOPLE),
    "admin:enquiries_enquiry_change": Access(200, SEE_PEOPLE, 200, SEE_PEOPLE),
    "admin:enquiries_enquiry_release": verb(FOLLOW_UP),
    "admin:enquiries_enquiry_bring-back": verb(FOLLOW_UP),
    "admin:enquiries_enquiry_discard": verb(FOLLOW_UP),
}
ABSENCES = stock("enquiries_absence", see=SEE_PEOPLE, add=MANAGE, change=MANAGE, delete=MANAGE)
TAGS = stock("enquiries_tag", see=MANAGE, add=MANAGE, change=MANAGE, delete=MANAGE)
CALL_OUTCOMES = stock("enquiries_calloutcome", see=MANAGE, add=MANAGE, change=MANAGE, delete=MANAGE)
PACKETS = {
    **stock("enquiries_packet", see=SEE_ARTICLES, change=MANAGE),
    "admin:enquiries_packet_make-version": verb(WRITE_PROFILE),
    "admin:enquiries_packet_for-condition": verb(WRITE_PROFILE),
    "admin:enquiries_packet_stop": verb(APPROVE),
    "admin:enquiries_packet_approve": verb(APPROVE),
    "admin:enquiries_packet_send": verb(APPROVE),
    "admin:enquiries_packet_pdf": verb(SEE_ARTICLES, get=200, post=200),
}
MAIL_TEMPLATES = {
    **stock("enquiries_mailtemplate", see=SEE_PEOPLE, add=MANAGE, change=MANAGE),
    "admin:enquiries_mailtemplate_approve": verb(APPROVE),
    "admin:enquiries_mailtemplate_retire": verb(APPROVE),
    "admin:enquiries_mailtemplate_new-edition": verb(MANAGE),
}
MAIL = {
    **stock("mailings_outgoingemail", see=SEE_PEOPLE),
    "admin:mailings_outgoingemail_resume": verb(MANAGE),
    "admin:mailings_outgoingemail_resume-provider": verb(MANAGE),
    "admin:mailings_outgoingemail_send-again": verb(MANAGE),
    "admin:mailings_outgoingemail_settle": verb(MANAGE),
    # The same page again, which takes no post.
    "admin:mailings_outgoingemail_history": Access(200, SEE_PEOPLE, 200, NOBODY),
    **stock("newsletters_subscriber", see=SEE_PEOPLE),
    # Of one who asked us to stop, as here, it asks for their word.
    "admin:newsletters_subscriber_release": verb(FOLLOW_UP, get=200, post=422),
    "admin:newsletters_subscriber_take-off": verb(FOLLOW_UP, get=200, post=422),
    # Counts of nobody by name.
    "admin:newsletters_subscriber_numbers": verb(SEE_PEOPLE, get=200, post=200),
    "admin:newsletters_subscriber_numbers-csv": verb(SEE_PEOPLE, get=200, post=200),
    # What for is not posted, nor a file.
    "admin:newsletters_subscriber_export": verb(MANAGE, get=200, post=422),
    "admin:newsletters_subscriber_import": verb(MANAGE, get=200, post=422),
    # No such list is held: to the first step.
    "admin:newsletters_subscriber_import-preview": verb(MANAGE),
    **NEWSLETTERS,
    **stock("mailings_consent", see=SEE_PEOPLE),
    **stock("foundation_consentwording", see=SEE_PEOPLE, add=MANAGE),
    **stock("mailings_suppression", see=SEE_PEOPLE),
    "admin:mailings_suppression_lift": verb(MANAGE, get=200),
    "admin:mailings_suppression_mistaken": verb(MANAGE, get=200),
}
ARTICLES = {
    **stock("articles_article", see=SEE_ARTICLES),
    "admin:articles_article_add": Access(200, EDIT, 422, EDIT),
    "admin:articles_article_change": Access(200, SEE_ARTICLES, 422, EDIT),
    "admin:articles_article_history": verb(ALL_STAFF),
    # Why is not posted, and nothing is set for a day.
    **{f"admin:articles_article_{name}": verb(EDIT, post=422) for name in ("withdraw", "keep", "preview-revoke")},
    # No file is posted.
    "admin:articles_article_import": verb(EDIT, get=200, post=422),
    # Of which revision is not posted.
    **{
        f"admin:articles_article_{name}": verb(EDIT, post=422)
        for name in ("publish", "ask-review", "restore", "override", "preview-link")
    },
    **{f"admin:articles_article_{name}": verb(REVIEW, post=422) for name in ("approve", "send-back")},
    "admin:articles_article_release": verb(MANAGE, post=422),
    # Which address is not posted.
    "admin:articles_article_address": verb(EDIT, post=422),
    "admin:articles_article_notices-read": verb(EDIT),
    "admin:articles_article_gone-notice": verb(EDIT, post=422),
    "admin:articles_article_paste": verb(EDIT, post=200),
    "admin:articles_article_preview": verb(EDIT, post=200),
    "admin:articles_article_preview-new": verb(EDIT, post=200),
    "admin:articles_article_draft": verb(EDIT, post=422),
    "admin:articles_article_draft-forget": verb(EDIT),
    "admin:articles_article_compare": verb(SEE_ARTICLES, get=200, post=200),
    "admin:articles_article_queues": verb(SEE_ARTICLES, get=200, post=200),
    **stock("articles_reviewer", see=SEE_ARTICLES, add=MANAGE, change=MANAGE),
    **stock("articles_topic", see=SEE_ARTICLES, add=EDIT, change=EDIT, delete=EDIT),
    **stock("articles_image", see=SEE_ARTICLES, add=EDIT, change=EDIT, delete=EDIT),
    **stock("articles_synonym", see=SEE_ARTICLES, add=EDIT, change=EDIT, delete=EDIT),
    **stock("articles_glossaryterm", see=SEE_ARTICLES, add=EDIT, change=EDIT, delete=EDIT),
    **stock("articles_paper", see=SEE_ARTICLES, add=EDIT, change=EDIT, delete=EDIT),
    **stock("foundation_clinicprofile", see=SEE_ARTICLES, change=WRITE_PROFILE),
    **stock("foundation_requirednotice", see=SEE_ARTICLES, add=MANAGE, change=MANAGE),
    # Of what is typed, which is posted.
    **{f"admin:preview_{part}": verb(WRITE_PROFILE, get=405, post=200) for part in ("site", "mail", "packet")},
    # There is one, so the list leads to it.
    "admin:foundation_clinicprofile_changelist": verb(SEE_ARTICLES),
}
ACCOUNT_PAGES = {
    **stock("clinic_staffuser", see=SEE_ACCOUNTS, add=MANAGE, change=MANAGE),
    "admin:auth_user_password_change": verb(MANAGE, get=200, post=200),
    "admin:clinic_staffuser_reset-factors": verb(MANAGE),
    "admin:clinic_staffuser_invite": verb(MANAGE, get=200, post=422),
    "admin:clinic_staffuser_revoke-invitation": verb(MANAGE),
    **stock("auth_group", see=SEE_ACCOUNTS, add=ONLY_SUPERUSER, change=ONLY_SUPERUSER, delete=ONLY_SUPERUSER),
    **stock("clinic_auditevent", see=SEE_ACCOUNTS),
    **stock("clinic_jobtick", see=SEE_ACCOUNTS),
}
SITE = {
    "admin:index": verb(ALL_STAFF, get=200, post=200),
    "admin:app_list": verb(ALL_STAFF),
    # To be read, whatever is posted.
    "admin:help": verb(ALL_STAFF, get=200, post=200),
    "admin:jsi18n": verb(ALL_STAFF, get=200, post=405),
    # Leads to a page, which then says no.
    "admin:view_on_site": verb(ALL_STAFF),
    # No form of ours completes what is typed; without a question it refuses everybody.
    "admin:autocomplete": Access(200, NOBODY, 405, ALL_STAFF),
    "admin/(?P<url>.*)$": verb(ALL_STAFF, get=404, post=404),
}
DECLARED: dict[str, Access] = {
    **LEADS,
    **ENQUIRIES,
    **ABSENCES,
    **CALL_OUTCOMES,
    **TAGS,
    **PACKETS,
    **MAIL_TEMPLATES,
    **MAIL,
    **ARTICLES,
    **ACCOUNT_PAGES,
    **SITE,
}

# Old addresses: they lead on to a page above, which asks who comes.
LEAD_ON = {f"admin/{old}/{rest}" for old in MOVED for rest in ("", "<path:rest>")}
# About nobody but who opens them: signing in and out, and one's own account. What they do is tested by name elsewhere.
OWN_ACCOUNT = {
    "admin:login",
    "admin:logout",
    "admin:password_change",
    "admin:password_change_done",
    "account_index",
    "account_invited",
    "account_morning_mail",
    "account_reminders",
    "account_login",
    "account_logout",
    "account_reauthenticate",
    "account_change_password",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_authenticate",
    "mfa_deactivate_totp",
    "mfa_download_recovery_codes",
    "mfa_edit_webauthn",
    "mfa_generate_recovery_codes",
    "mfa_index",
    "mfa_list_webauthn",
    "mfa_login_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
    "usersessions_list",
}
