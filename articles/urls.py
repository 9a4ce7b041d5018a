from django.urls import path, re_path

from articles import downloads, feeds, preview_pages, sharing, site_files, trust_pages, views
from articles.search.pages import search

app_name = "articles"
urlpatterns = [
    path("", views.home, name="home"),
    path("research/", views.article_list, name="list"),
    path("research/search/", search, name="search"),
    path("research/topics/<slug:slug>/", views.topic, name="topic"),
    path("research/feed/atom/", feeds.AtomFeed(), name="feed-atom"),
    path("research/topics/<slug:slug>/feed/atom/", feeds.TopicFeed(), name="topic-feed"),
    path("research/feed/rss/", feeds.RssFeed(), name="feed-rss"),
    path("research/feed/json/", feeds.json_feed, name="feed-json"),
    path("research/<slug:slug>/", views.article, name="article"),
    path("research/<slug:slug>/citation.<str:ending>", downloads.citation, name="citation"),
    re_path(r"^research/(?P<slug>[-\w]+)/card-(?P<name>[0-9a-f]{16})\.png$", sharing.card, name="card"),
    re_path(r"^images/(?P<sha256>[0-9a-f]{64})\.(?P<ending>webp|jpeg|png)$", downloads.image, name="image"),
    path("images/logo/<slug:logo>/<slug:use>.<slug:ending>", downloads.logo, name="logo"),
    path("preview/<str:token>/", preview_pages.preview, name="preview"),
    path("reviewers/<slug:slug>/", views.reviewer, name="reviewer"),
    path("about/", views.about, name="about"),
    *(path(f"{page.name}/", trust_pages.show, {"name": page.name}, page.name) for page in trust_pages.PAGES),
    path("glossary/", views.glossary, name="glossary"),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("sitemap.xml", feeds.sitemap, name="sitemap"),
    path("robots.txt", views.robots, name="robots"),
    re_path(r"^colors/(?P<digest>[0-9a-f]{16})\.css$", site_files.colors, name="colors"),
    re_path(r"^colors/(?P<digest>[0-9a-f]{16})\.svg$", site_files.mark, name="mark"),
    path("favicon.ico", site_files.favicon, name="favicon"),
    path("manifest.webmanifest", site_files.manifest, name="manifest"),
    path(".well-known/security.txt", site_files.security_txt, name="security"),
]
