"""Registration with Wagtail. Behaviour lives elsewhere."""

from django.http import Http404
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html
from wagtail import hooks
from wagtail_modeladmin.options import modeladmin_register

from home import access, choosers, retirement, retirement_views, rich_text
from home.admin import VocabularyGroup
from home.contact.admin import ContactMessageAdmin
from home.models import ContentPage
from home.views import refuse
from home.workplace import listings, panels
from home.workplace import views as workplace_views
from home.workplace.viewsets import ContentPageViewSet, SitePageViewSet


@hooks.register("before_serve_page")
def ask_the_audience_rule(page, request, serve_args, serve_kwargs):
    """Content pages are served to those who may see them; past its expiry a page is not there."""
    if isinstance(page, ContentPage) and not access.can_see(request.user, page):
        if page.has_expired_by_now():
            raise Http404
        return refuse(request, page)
    return None


@hooks.register("before_serve_document")
def ask_the_audience_rule_for_files(document, request):
    """Also where a document is served by Wagtail's own view."""
    return None if access.can_see_file(request.user, document) else refuse(request)


hooks.register("construct_page_chooser_queryset", choosers.may_choose_page)


@hooks.register("register_admin_viewset")
def page_forms():
    """Our create and edit forms."""
    return [SitePageViewSet(), ContentPageViewSet()]


@hooks.register("register_admin_viewset")
def content_listings():
    """One list for each content type."""
    return listings.ContentListings()


@hooks.register("register_admin_urls")
def workplace_urls():
    """Addresses of the workplace's own answers."""
    return [path("workplace/who-sees/<int:page_id>/", workplace_views.who_sees, name="who_sees")]


@hooks.register("insert_global_admin_css")
def workplace_css():
    """Colours, and the parts that are ours."""
    return format_html('<link rel="stylesheet" href="{}">', static("admin/workplace.css"))


@hooks.register("insert_global_admin_js")
def start_js():
    """What starts the widgets of forms. Not deferred: it has to stand before the form to see it come."""
    return format_html('<script src="{}"></script>', static("admin/start.js"))


@hooks.register("insert_editor_js")
def workplace_js():
    """Scripts of the page forms."""
    return format_html('<script src="{}" defer></script>', static("admin/who_sees.js"))


hooks.register("after_publish_page", workplace_views.say_where_and_who)
hooks.register("construct_homepage_panels", panels.put_panels)
hooks.register("register_rich_text_features", rich_text.register)
hooks.register("construct_explorer_page_queryset", retirement.without_retired)


@hooks.register("register_admin_urls")
def retirement_addresses():
    """Retire, the list, put back."""
    return [
        path("retired/", retirement_views.retired_list, name="retired_pages"),
        path("pages/<int:page_id>/retire/", retirement_views.retire_page, name="retire_page"),
        path("pages/<int:page_id>/put-back/", retirement_views.put_page_back, name="put_page_back"),
    ]


@hooks.register("register_admin_menu_item")
def retired_in_the_menu():
    """The list of what is retired."""
    return retirement_views.RetiredMenuItem("Retired", reverse("retired_pages"), icon_name="bin", order=900)


@hooks.register("register_page_header_buttons")
def retire_in_the_header(page, user, view_name, next_url=None):
    """“Retire” on the page itself."""
    yield retirement_views.RetireMenuItem(page=page, next_url=next_url, priority=55)


@hooks.register("register_page_listing_more_buttons")
def retire_in_the_list(page, user, next_url=None):
    """“Retire” in the explorer."""
    yield retirement_views.RetireMenuItem(page=page, next_url=next_url, priority=35)


@hooks.register("register_log_actions")
def words_for_the_history(actions):
    """What the history calls our own actions."""
    actions.register_action("home.retire", "Retire", "Retired")
    actions.register_action("home.put_back", "Put back", "Put back")
    actions.register_action("home.merge_term", "Merge terms", "Another term merged into this one")


modeladmin_register(VocabularyGroup)
modeladmin_register(ContactMessageAdmin)
