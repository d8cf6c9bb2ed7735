"""CMake's own commands, and those of its modules, that make no targets.

Input: the name of a command that the repository does not define. Output: whether it may make targets.
"""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_COMMANDS = _words(
    """
    add_compile_definitions add_compile_options add_custom_command add_definitions add_link_options aux_source_directory
    block break build_command build_name cmake_host_system_information cmake_instrumentation cmake_minimum_required
    cmake_policy configure_file continue create_test_sourcelist ctest_build ctest_configure ctest_coverage
    ctest_empty_binary_directory ctest_memcheck ctest_read_custom_files ctest_run_script ctest_sleep ctest_start
    ctest_submit ctest_test ctest_update ctest_upload define_property else elseif enable_language enable_testing
    endblock export export_library_dependencies find_package fltk_wrap_ui include_directories include_external_msproject
    include_guard include_regular_expression install install_files install_programs install_targets link_directories
    link_libraries load_cache load_command make_directory mark_as_advanced message output_required_files
    qt_wrap_cpp qt_wrap_ui remove remove_definitions return set_directory_properties set_property
    set_source_files_properties set_target_properties set_tests_properties site_name source_group subdirs
    target_compile_definitions target_compile_features target_compile_options target_include_directories
    target_link_directories target_link_options target_precompile_headers use_mangled_mesa utility_source
    variable_requires variable_watch write_file cmake_print_variables cmake_print_properties cmake_dependent_option
    generate_export_header write_basic_package_version_file configure_package_config_file set_package_properties
    feature_summary add_feature_info print_enabled_features print_disabled_features pkg_check_modules pkg_search_module
    pkg_get_variable select_library_configurations test_big_endian fetchcontent_declare fetchcontent_makeavailable
    fetchcontent_populate fetchcontent_getproperties cpack_add_component cpack_add_component_group
    cpack_add_install_type cpack_configure_downloads cmake_push_check_state cmake_pop_check_state
    cmake_reset_check_state processorcount gnuinstalldirs_get_absolute_install_dir if foreach while
    qt_standard_project_setup find_dependency target_code_coverage android_add_test_data
    """
)
_FAMILIES = re.compile(
    r"check_\w+|find_package_\w+|target_compile_\w+|ecm_setup_\w+|qt\d?_wrap_\w+|qt\d?_add_resources"
)


def may_make_targets(name: str) -> bool:
    """Whether a command that the repository does not define may make targets; `name` is in lower case."""
    return name not in _COMMANDS and _FAMILIES.fullmatch(name) is None
