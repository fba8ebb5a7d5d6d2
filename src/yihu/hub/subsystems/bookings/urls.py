"""Addresses of bookings."""

from django.urls import path

from yihu.hub.subsystems.bookings.views import bookings, calendar, resources

MOUNT = "bookings/"
app_name = "bookings"
urlpatterns = [
    path("", calendar.day, name="day"),
    path("mine/", bookings.mine, name="mine"),
    path("kept/", bookings.kept, name="kept"),
    path("resources/", resources.resources, name="resources"),
    path("resources/new/", resources.new_resource, name="new-resource"),
    path("resources/<str:code>/", resources.resource, name="resource"),
    path("resources/<str:code>/change/", resources.change_resource, name="change-resource"),
    path("resources/<str:code>/week/", calendar.week, name="week"),
    path("<int:booking_id>/move/", bookings.move, name="move"),
    path("<int:booking_id>/cancel/", bookings.cancel, name="cancel"),
    path("<int:booking_id>/trip/", bookings.trip, name="trip"),
]
